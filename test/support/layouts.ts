import type { PublisherSettings } from '../../src/common/protocol/publish.ts';
import { customers } from './customer.ts';
import type { RigOptions } from './publisher-worker.ts';

/** A topic for each test, by one of the two ways in which aggregates have publishers. */
export interface LayoutCase {
  readonly title: string;
  readonly partitions: number | undefined;
  /** Options of a rig whose topic has a name of its own: the number of partitions belongs to the name. */
  rig(settings?: Partial<PublisherSettings>): RigOptions;
}

/** A publisher per aggregate, and partitions; for `describe.each`. */
export function eachLayout(prefix: string, spec: { ordering?: 'arrival' | 'position' } = {}): LayoutCase[] {
  let topics = 0;
  return [undefined, 2].map((partitions) => ({
    title: partitions ? 'partitions' : 'a publisher for each aggregate',
    partitions,
    rig(settings = {}): RigOptions {
      topics += 1;
      return {
        definition: customers(`${prefix}${topics}`, { ...spec, ...(partitions ? { partitions } : {}) }),
        settings: { lingerMs: 60_000, ...settings },
      };
    },
  }));
}
