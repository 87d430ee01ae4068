import { CONTENDERS } from './contenders/index.ts';
import { progress } from './progress.ts';
import { Results } from './results.ts';
import type { Rig } from './rig.ts';
import type { Workload } from './workload.ts';

export interface BenchOptions {
  readonly workloads: readonly Workload[];
  /** Names; undefined: all. */
  readonly contenders: readonly string[] | undefined;
  readonly rounds: number;
  readonly isQuick: boolean;
}

/** Does every workload in every round. */
export async function runBench(rig: Rig, options: BenchOptions): Promise<Results> {
  const available = await availableContenders(options);
  try {
    return await runRounds(rig, options, available);
  } finally {
    for (const { name, close } of CONTENDERS) if (available.has(name)) await close?.();
  }
}

async function runRounds(rig: Rig, options: BenchOptions, available: ReadonlySet<string>): Promise<Results> {
  const results = new Results();
  for (let number = 0; number < options.rounds; number += 1) {
    await rig.renewTemporal();
    for (const { name: workload, once = false, run } of options.workloads) {
      if (once && number > 0) continue;
      await rig.behave();
      await run({
        number,
        isQuick: options.isQuick,
        rig,
        isIn: (contender) => available.has(contender),
        record: (contender, values) => {
          results.add({ workload, contender, round: number, values });
          const speed = Math.round(values['eventsPerSecond'] ?? Number.NaN);
          progress(`round ${number + 1}: ${workload} ${contender}${speed ? ` ${speed} events/s` : ''}`);
        },
      });
    }
  }
  return results;
}

async function availableContenders({ contenders, isQuick }: BenchOptions): Promise<ReadonlySet<string>> {
  const available = new Set<string>();
  for (const contender of CONTENDERS) {
    if (contenders && !contenders.includes(contender.name)) continue;
    // A quick run has none of those that may be missing.
    if (isQuick && contender.unavailable) continue;
    const reason = await contender.unavailable?.();
    if (reason === undefined) available.add(contender.name);
    else progress(`left out: ${contender.name}, ${reason}`);
  }
  return available;
}
