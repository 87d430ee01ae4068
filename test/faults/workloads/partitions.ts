import { Driver } from '../driver.ts';
import { between, seeded } from '../prng.ts';
import { type FaultTopic, faultTopic } from '../topics.ts';
import type { Scene, Use, Workload } from '../workload.ts';

const PARTITIONS = 3;

/** Few publishers for many aggregates: their runs are over after a few signals, so that they continue as new all the time. */
export const partitions: Workload = {
  name: 'partitions',
  topics: [faultTopic('Shipment', { partitions: PARTITIONS })],
  topology: 'fifo',
  collectors: ['Shipping'],
  use: (scene) => new PartitionsUse(scene),
};

class PartitionsUse implements Use {
  readonly #scene: Scene;
  readonly counts = { publishers: 0, runs: 0 };
  readonly faults: string[] = [];

  constructor(scene: Scene) {
    const maxSignalsPerRun = between(seeded(scene.seed, 'partitions'), 3, 5);
    const shortened = ({ definition, settings }: FaultTopic): FaultTopic => ({
      definition,
      settings: { ...settings, maxSignalsPerRun },
    });
    this.#scene = { ...scene, topics: scene.topics.map(shortened) };
  }

  run(): Promise<void> {
    return new Driver(this.#scene, { callers: 4, maxEventsPerCall: 6 }).run();
  }

  /** Each partition has one publisher, in many runs. */
  async finish(): Promise<void> {
    const [client] = this.#scene.clients;
    const publishers = new Set<string>();
    const query = "WorkflowId STARTS_WITH 'event-topic-partition/Shipment/'";
    for await (const { workflowId } of client?.workflow.list({ query }) ?? []) {
      publishers.add(workflowId);
      this.counts.runs += 1;
    }
    this.counts.publishers = publishers.size;
    if (publishers.size !== PARTITIONS) this.faults.push(`publishers: ${[...publishers].join(', ')}`);
  }
}
