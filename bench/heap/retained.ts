import type { HeapGraph } from './snapshot.ts';

export interface Retained {
  /** Objects of the kind that was asked for. */
  readonly owners: number;
  /** Bytes that would be free without them. */
  readonly total: number;
  /** The same bytes by the constructor of the objects, the most first. */
  readonly rows: readonly { readonly kind: string; readonly bytes: number; readonly count: number }[];
}

/** What objects of a constructor keep alive. `dominators`: see `dominatorsOf`. */
export function retainedBy(graph: HeapGraph, dominators: Int32Array, owner: string): Retained {
  const owned = ownedBy(graph, dominators, owner);
  const byKind = new Map<string, { bytes: number; count: number }>();
  let owners = 0;
  let total = 0;
  for (const node of owned) {
    const kind = graph.kindOf(node);
    const { bytes, count } = byKind.get(kind) ?? { bytes: 0, count: 0 };
    byKind.set(kind, { bytes: bytes + graph.sizeOf(node), count: count + 1 });
    total += graph.sizeOf(node);
    if (kind === owner) owners += 1;
  }
  const rows = [...byKind].map(([kind, sums]) => ({ kind, ...sums })).toSorted((a, b) => b.bytes - a.bytes);
  return { owners, total, rows };
}

/** The owners, and all that only they lead to. */
function ownedBy(graph: HeapGraph, dominators: Int32Array, owner: string): readonly number[] {
  const isOwned = new Map<number, boolean>([[-1, false]]);
  const answer = (node: number): boolean => {
    const path: number[] = [];
    let current = node;
    while (!isOwned.has(current) && graph.kindOf(current) !== owner) {
      path.push(current);
      current = dominators[current] ?? -1;
    }
    const result = isOwned.get(current) ?? true;
    for (const one of [...path, current]) isOwned.set(one, result);
    return result;
  };
  return Array.from({ length: graph.count }, (_, node) => node).filter(answer);
}
