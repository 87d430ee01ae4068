import { CONTENDERS } from '../contenders/index.ts';
import type { Load } from '../load.ts';
import { progress } from '../progress.ts';
import { runLoad } from '../run.ts';
import type { ContenderName } from '../types.ts';
import type { Round, Workload } from '../workload.ts';

/** A workload of which each contender does its part in turn. */
export interface ThroughputSpec {
  readonly name: string;
  readonly description: string;
  readonly load: Load;
  /** Less of the same, for those who would take minutes. Their events per second do not depend on the number of events. */
  readonly reduced?: Partial<Record<ContenderName, Partial<Load>>>;
  /** The same for a quick run. */
  readonly quickReduced?: Partial<Record<ContenderName, Partial<Load>>>;
  /** Who takes part. Default: everybody. */
  readonly contenders?: readonly ContenderName[];
  /** Who does not. Default: nobody. */
  readonly without?: readonly ContenderName[];
  /** Who takes part in a quick run. */
  readonly quick: readonly ContenderName[];
}

export function throughput(spec: ThroughputSpec): Workload {
  return {
    name: spec.name,
    description: spec.description,
    run: async (round) => {
      for (const contender of takingTurns(spec, round)) {
        const reduced = { ...spec.reduced, ...(round.isQuick ? spec.quickReduced : {}) }[contender.name];
        const load = { ...spec.load, ...reduced };
        const values = await runLoad(round.rig, contender, load).catch((error: unknown) => {
          if (!contender.mayFail) throw error;
          progress(`round ${round.number + 1}: ${spec.name} ${contender.name} failed: ${error}`);
        });
        if (values) round.record(contender.name, values);
      }
    },
  };
}

/** In each round another one begins. */
function takingTurns(
  { contenders, without, quick }: ThroughputSpec,
  { number, isQuick, isIn }: Round,
): typeof CONTENDERS {
  const wanted = isQuick ? quick : contenders;
  const takesPart = (name: ContenderName): boolean =>
    isIn(name) && (wanted?.includes(name) ?? !without?.includes(name));
  const taking = CONTENDERS.filter(({ name }) => takesPart(name));
  const first = number % Math.max(1, taking.length);
  return [...taking.slice(first), ...taking.slice(0, first)];
}
