import type { Values } from './run.ts';
import { median } from './stats.ts';

/** One run of one contender. */
export interface Measurement {
  readonly workload: string;
  readonly contender: string;
  readonly round: number;
  readonly values: Values;
}

/** Two contenders. */
export interface Pair {
  readonly of: string;
  readonly to: string;
}

/** All runs of the benchmark, and what follows from them. */
export class Results {
  readonly measurements: Measurement[] = [];

  add(measurement: Measurement): void {
    this.measurements.push(measurement);
  }

  /** Median over the rounds; undefined when it was not measured. */
  value(workload: string, contender: string, name: string): number | undefined {
    const values = this.#of(workload, contender).flatMap(({ values }) => values[name] ?? []);
    return values.length > 0 ? median(values) : undefined;
  }

  /** Median of the ratios of one value between two contenders, each ratio within one round. */
  ratio(workload: string, name: string, { of, to }: Pair): number | undefined {
    const others = new Map(this.#of(workload, to).map(({ round, values }) => [round, values[name]]));
    const ratios = this.#of(workload, of).flatMap(({ round, values }) => {
      const [mine, other] = [values[name], others.get(round)];
      return mine === undefined || other === undefined ? [] : mine / other;
    });
    return ratios.length > 0 ? median(ratios) : undefined;
  }

  get workloads(): readonly string[] {
    return [...new Set(this.measurements.map(({ workload }) => workload))];
  }

  contendersOf(workload: string): readonly string[] {
    const names = this.measurements.filter((one) => one.workload === workload).map((one) => one.contender);
    return [...new Set(names)];
  }

  valueNames(workload: string, contender: string): readonly string[] {
    return [...new Set(this.#of(workload, contender).flatMap(({ values }) => Object.keys(values)))];
  }

  #of(workload: string, contender: string): readonly Measurement[] {
    return this.measurements.filter((one) => one.workload === workload && one.contender === contender);
  }
}
