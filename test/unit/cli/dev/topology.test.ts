import { describe, expect, it } from 'vitest';
import { planTopology } from '../../../../src/cli/dev/topology.ts';

describe('what dev makes', () => {
  it('is a queue for each topic, unless collectors are named', () => {
    expect(planTopology(['Customer', 'Order'], [])).toEqual({
      topology: {
        topics: ['Customer', 'Order'],
        collectors: [
          { name: 'Customer', topics: ['Customer'] },
          { name: 'Order', topics: ['Order'] },
        ],
      },
      faults: [],
    });
    expect(planTopology(['Customer', 'Order'], ['ReadModel=Customer,Order']).topology.collectors).toEqual([
      { name: 'ReadModel', topics: ['Customer', 'Order'] },
    ]);
  });

  it('is refused with every fault at once', () => {
    const { faults } = planTopology(
      ['Customer', 'Customer', 'a b'],
      ['A=Nope', 'A=Customer,Customer', 'x/y', 'B='],
    );
    expect(faults).toEqual([
      expect.stringContaining('"a b" is no topic name'),
      '--topic Customer is there more than once',
      '--collector A is there more than once',
      '--collector A names the topic Nope, which is not there: add it to --topic',
      '--collector A names the topic Customer more than once',
      expect.stringContaining('"x/y" is no collector name'),
      expect.stringContaining('x/y names no topic'),
      '--collector B names no topic: write B=Customer',
    ]);
  });
});
