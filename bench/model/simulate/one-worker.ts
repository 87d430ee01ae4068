import type { Estimate } from '../estimate.ts';
import type { ScaleInput } from '../input.ts';
import { type PipelineResult, simulatePipeline } from './pipeline.ts';

/** What the simulation cannot do, of what the formulas can. */
export function simulationFaults({
  eventsPerCall = 1,
  sameAggregateBatching,
}: Partial<ScaleInput>): readonly string[] {
  return [
    ...(eventsPerCall === 1 ? [] : ['--simulate knows calls of one event only: leave out --events-per-call']),
    ...(sameAggregateBatching
      ? ['--simulate knows no batches of one aggregate: leave out --same-aggregate-batching']
      : []),
  ];
}

/** Of all workers, the one that has the busiest aggregate. */
export function simulateOneWorker({ input, workers }: Estimate): PipelineResult {
  const { eventsPerSecond, aggregates, partitions, zipf, clients, temporalMs, snsMs } = input;
  const wanted = { eventsPerSecond, aggregates, partitions, zipf, clients, temporalMs, snsMs };
  return simulatePipeline({ ...wanted, workers: workers.count, seconds: 20, seed: 1 });
}
