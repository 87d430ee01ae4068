import type { MetricMeter } from '@temporalio/common';
import type { RelayProgress } from '../../common/protocol/relay.ts';
import type { Measure } from '../../common/telemetry/metric.ts';
import { WORKER_METRICS } from '../../common/telemetry/metrics.ts';
import { temporalMeasure } from '../../common/telemetry/temporal-measure.ts';

/** What is measured of one relay activity. */
export class RelayTelemetry {
  readonly #labels: { readonly topic: string };
  readonly #measure: Measure;
  #healed: number;

  /** `healed`: how many it had published when it began. */
  constructor(topic: string, { meter, healed }: { readonly meter: MetricMeter; readonly healed: number }) {
    this.#labels = { topic };
    this.#measure = temporalMeasure(meter);
    this.#healed = healed;
  }

  say({ lag, healed }: Pick<RelayProgress, 'lag' | 'healed'>): void {
    this.#measure(WORKER_METRICS.relayLag, lag.seconds, this.#labels);
    if (healed > this.#healed) this.#measure(WORKER_METRICS.relayHealed, healed - this.#healed, this.#labels);
    this.#healed = healed;
  }
}
