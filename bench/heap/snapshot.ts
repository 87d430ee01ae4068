/** The parts of a V8 heap snapshot that are read here. https://v8.dev/docs – its fields are described in `snapshot.meta`. */
interface RawSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/** A heap as a graph. Nodes are numbers from 0, the root. */
export class HeapGraph {
  readonly #raw: RawSnapshot;
  readonly #nodeSize: number;
  readonly #edgeSize: number;
  readonly #field: (name: string) => number;

  constructor(json: string) {
    this.#raw = JSON.parse(json) as RawSnapshot;
    const { node_fields: nodeFields, edge_fields: edgeFields } = this.#raw.snapshot.meta;
    this.#nodeSize = nodeFields.length;
    this.#edgeSize = edgeFields.length;
    this.#field = (name) => nodeFields.indexOf(name);
  }

  get count(): number {
    return this.#raw.nodes.length / this.#nodeSize;
  }

  /** Bytes of the object itself. */
  sizeOf(node: number): number {
    return this.#of(node, 'self_size');
  }

  /** The constructor of an object; what V8 calls it otherwise. */
  kindOf(node: number): string {
    const type = this.#raw.snapshot.meta.node_types[0][this.#of(node, 'type')] ?? '';
    if (type !== 'object') return `(${type})`;
    return this.#raw.strings[this.#of(node, 'name')] ?? '';
  }

  /** What each node refers to strongly. */
  references(): readonly number[][] {
    const { edges, snapshot } = this.#raw;
    const weak = snapshot.meta.edge_types[0].indexOf('weak');
    let edge = 0;
    return Array.from({ length: this.count }, (_, node) => {
      const targets: number[] = [];
      for (let left = this.#of(node, 'edge_count'); left > 0; left -= 1, edge += this.#edgeSize)
        if (edges[edge] !== weak) targets.push((edges[edge + 2] ?? 0) / this.#nodeSize);
      return targets;
    });
  }

  #of(node: number, field: string): number {
    return this.#raw.nodes[node * this.#nodeSize + this.#field(field)] ?? 0;
  }
}
