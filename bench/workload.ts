import type { Rig } from './rig.ts';
import type { Values } from './run.ts';
import type { ContenderName } from './types.ts';

/** Some work that contenders are compared by. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  /** Run once only, however many rounds there are: it takes long, and its outcome varies little. */
  readonly once?: boolean;
  run(round: Round): Promise<void>;
}

/** One round, in which every contender does the same work, one after the other. */
export interface Round {
  readonly number: number;
  readonly isQuick: boolean;
  readonly rig: Rig;
  /** Whether a contender takes part: it can run here, and was asked for. */
  isIn(contender: ContenderName): boolean;
  record(contender: string, values: Values): void;
}
