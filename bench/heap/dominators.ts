/**
 * For each node the nearest one without which it would not be reached from node 0; -1 for the root and for what is not reached. By
 * Cooper, Harvey and Kennedy: "A Simple, Fast Dominance Algorithm".
 */
export function dominatorsOf(references: readonly (readonly number[])[]): Int32Array {
  const order = postOrder(references);
  const rank = new Int32Array(references.length).fill(-1);
  order.forEach((node, index) => {
    rank[node] = index;
  });
  const referrers = inverse(references, rank);
  const dominator = new Int32Array(references.length).fill(-1);
  dominator[0] = 0;
  const meet = (a: number, b: number): number => {
    let [one, other] = [a, b];
    while (one !== other) {
      while (at(rank, one) < at(rank, other)) one = at(dominator, one);
      while (at(rank, other) < at(rank, one)) other = at(dominator, other);
    }
    return one;
  };
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const node of order.toReversed()) {
      if (node === 0) continue;
      const known = (referrers[node] ?? []).filter((referrer) => at(dominator, referrer) >= 0);
      const nearest = known.reduce(meet);
      if (at(dominator, node) === nearest) continue;
      dominator[node] = nearest;
      hasChanged = true;
    }
  }
  dominator[0] = -1;
  return dominator;
}

/** Children before parents, but for cycles; only what is reached. */
export function postOrder(references: readonly (readonly number[])[]): readonly number[] {
  const seen = new Uint8Array(references.length);
  const next = new Int32Array(references.length);
  const order: number[] = [];
  const path = [0];
  seen[0] = 1;
  for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
    const child = references[node]?.[next[node] ?? 0];
    next[node] = at(next, node) + 1;
    if (child === undefined) {
      order.push(node);
      path.pop();
    } else if (seen[child] === 0) {
      seen[child] = 1;
      path.push(child);
    }
  }
  return order;
}

function inverse(references: readonly (readonly number[])[], rank: Int32Array): readonly number[][] {
  const referrers: number[][] = Array.from(references, () => []);
  references.forEach((targets, node) => {
    if (at(rank, node) >= 0) for (const target of targets) referrers[target]?.push(node);
  });
  return referrers;
}

function at(values: Int32Array, index: number): number {
  return values[index] ?? -1;
}
