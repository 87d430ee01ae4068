import type { Stage } from './stage.ts';

/** A system that is in the state of which a section of the page speaks. */
export interface Scenario {
  /** What the page's reader does elsewhere, or waits for, by its name in the page. */
  readonly world: Readonly<Record<string, () => Promise<unknown>>>;
  /** Rejects unless the system is well after all that the page says. */
  healthy(): Promise<void>;
}

/** Brings the system into that state. */
export type SetScenario = (stage: Stage) => Promise<Scenario>;
