import { type MetricMeter, noopMetricMeter } from '@temporalio/common';
import { Runtime, type Worker } from '@temporalio/worker';
import { parkedQuery } from '../client/operate/parked.ts';
import { PARKED_LOOK_MS } from '../common/defaults.ts';
import { WORKER_METRICS } from '../common/telemetry/metrics.ts';
import { temporalMeasure } from '../common/telemetry/temporal-measure.ts';

/** The part of a worker that is used: who can ask Temporal. */
type AskingWorker = Pick<Worker, 'client' | 'options'>;

/** Says how many aggregates are parked, while a worker runs whose process exports metrics. No worker knows: most of them are other workers' work, or nobody's. */
export class ParkedCount {
  readonly name: string = 'temporal-event-topic.ParkedCount';
  readonly #topics: readonly string[];

  constructor(topics: readonly string[]) {
    this.#topics = topics;
  }

  /** Temporal's hook of worker plugins. */
  async runWorker<Running extends AskingWorker>(
    worker: Running,
    next: (worker: Running) => Promise<void>,
  ): Promise<void> {
    const { metricMeter } = Runtime.instance();
    if (metricMeter === noopMetricMeter) return await next(worker);
    const look = (): void => void this.#look(worker, metricMeter);
    look();
    const timer = setInterval(look, PARKED_LOOK_MS);
    timer.unref();
    try {
      await next(worker);
    } finally {
      clearInterval(timer);
    }
  }

  async #look({ client, options: { namespace } }: AskingWorker, meter: MetricMeter): Promise<void> {
    const measure = temporalMeasure(meter);
    for (const topic of this.#topics) {
      try {
        const counted = await client?.workflow.count(parkedQuery(topic));
        if (counted) measure(WORKER_METRICS.parked, counted.count, { topic, namespace });
      } catch {
        // Asked again soon; that Temporal does not answer, its own metrics say.
      }
    }
  }
}
