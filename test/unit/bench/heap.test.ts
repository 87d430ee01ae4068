import { describe, expect, it } from 'vitest';
import { dominatorsOf, postOrder } from '../../../bench/heap/dominators.ts';
import { retainedBy } from '../../../bench/heap/retained.ts';
import { HeapGraph } from '../../../bench/heap/snapshot.ts';

/** Root, two owners, one object of each, one that both share, one that nobody has. */
const REFERENCES = [[1, 2], [3, 5], [4, 5], [1], [], [], [5]];

describe('dominators', () => {
  it('are the nearest objects without which one would be free', () => {
    expect([...dominatorsOf(REFERENCES)]).toEqual([-1, 0, 0, 1, 2, 0, -1]);
  });

  it('are found through cycles, whichever way leads in first', () => {
    expect([...dominatorsOf([[1, 3], [2], [1, 3], [2]])]).toEqual([-1, 0, 0, 0]);
  });

  it('are not asked for what is not reached', () => {
    expect(postOrder(REFERENCES)).not.toContain(6);
  });
});

describe('what objects of a constructor keep alive', () => {
  const strings = ['', 'Owner', 'Held'];
  const [object, array] = [0, 1];
  const node = (type: number, name: number, size: number, edges: number): number[] => [
    type,
    name,
    size,
    edges,
  ];
  const graph = new HeapGraph(
    JSON.stringify({
      snapshot: {
        meta: {
          node_fields: ['type', 'name', 'self_size', 'edge_count'],
          node_types: [['object', 'array']],
          edge_fields: ['type', 'name_or_index', 'to_node'],
          edge_types: [['property', 'weak']],
        },
      },
      nodes: [
        ...node(array, 0, 1, 3),
        ...node(object, 1, 10, 2),
        ...node(object, 1, 20, 2),
        ...node(object, 2, 100, 0),
        ...node(array, 0, 200, 0),
        ...node(object, 2, 1_000, 0),
      ],
      // To nodes 1, 2 and, weakly, 3; 3 and 5; 4 and 5. A node's number counts fields.
      edges: [0, 0, 4, 0, 0, 8, 1, 0, 12, 0, 0, 12, 0, 0, 20, 0, 0, 16, 0, 0, 20],
      strings,
    }),
  );

  it('is theirs alone: neither shared, nor held by something else as well', () => {
    expect(retainedBy(graph, dominatorsOf(graph.references()), 'Owner')).toEqual({
      owners: 2,
      total: 330,
      rows: [
        { kind: '(array)', bytes: 200, count: 1 },
        { kind: 'Held', bytes: 100, count: 1 },
        { kind: 'Owner', bytes: 30, count: 2 },
      ],
    });
  });
});
