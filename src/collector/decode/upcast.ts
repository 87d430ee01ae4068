import { describe, invalidArgument } from '../../common/arguments.ts';

/** Turns events of older versions into the newest one, step by step: see {@link upcast}. `Event`: what comes out. */
export interface Upcaster<Event> {
  /** Adds the next version: a pure function of an event of the version before. */
  next<Newer>(step: (event: Event) => Newer): Upcaster<Newer>;
  /** Step _n_ (from 0) makes version _n_ + 2 of version _n_ + 1. */
  readonly steps: readonly ((event: never) => unknown)[];
  /** Only for the compiler. */
  readonly makes?: Event;
}

/** Upcasters by event type, as the events of the oldest version call it. */
export type Upcasters<Event> = Readonly<Record<string, Upcaster<Event>>>;

/**
 * How to read older versions of an event type. Versions are `meta.schemaVersion`: `1` (or none), `2`, `3` …; each step is a pure function from one to the next, and what the last one
 * makes is what the topic's schema takes.
 *
 * ```ts
 * upcast((v1: { type: 'Renamed'; name: string }) => ({ ...v1, type: 'NameChanged' as const }))
 *   .next((v2) => ({ ...v2, locale: 'en' }))
 * ```
 */
export function upcast<Old, Newer>(step: (event: Old) => Newer): Upcaster<Newer> {
  return upcaster([checked('upcast(step)', step)]);
}

function upcaster<Event>(steps: Upcaster<Event>['steps']): Upcaster<Event> {
  return {
    steps,
    next: (step) => upcaster([...steps, checked('next(step)', step)]),
  };
}

function checked(call: string, step: unknown): (event: never) => unknown {
  if (typeof step === 'function') return step as (event: never) => unknown;
  throw invalidArgument(call, [`the step is a function of an event, not ${describe(step)}`]);
}

/** The event as the newest version has it. Throws what a step throws, or says which version it does not know. */
export function toNewest(
  upcaster: Upcaster<unknown>,
  event: unknown,
  schemaVersion: string | undefined,
): unknown {
  const newest = upcaster.steps.length + 1;
  const version = Number(schemaVersion ?? 1);
  if (!Number.isInteger(version) || version < 1 || version > newest)
    throw new RangeError(`its schemaVersion is ${schemaVersion}, and versions 1 to ${newest} are known`);
  return upcaster.steps.slice(version - 1).reduce((older, step) => step(older as never), event);
}
