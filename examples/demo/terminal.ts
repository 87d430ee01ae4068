// What the demo shows: one line per step of an event, and a rule for what happens to the system.
import pc from 'picocolors';
import type { EventMessage } from 'temporal-event-topic';
import type { Finding } from './check.ts';

const started = Date.now();
const STEPS = { accepted: pc.cyan, published: pc.yellow, received: pc.green };

/** Called for every event that a collector handles. */
export type OnHandled = (topic: string, message: EventMessage, collector: string) => void;

export function seconds(): number {
  return Math.round((Date.now() - started) / 100) / 10;
}

/** Which event, and who did it. */
export interface Step {
  readonly topic: string;
  readonly message: EventMessage;
  readonly by: string;
}

/** One step of one event: `  3.2s  published  Customer/ada  #3 AddressChanged`. */
export function showStep(step: keyof typeof STEPS, { topic, message, by }: Step): void {
  const aggregate = `${topic}/${message.id}`.padEnd(18);
  const event = `#${message.position} ${eventName(message.event)}`.padEnd(20);
  print(`${STEPS[step](step.padEnd(10))} ${aggregate} ${event} ${pc.dim(by)}`);
}

/** Something that happens to the system itself. */
export function showIncident(text: string): void {
  print(pc.bold(pc.magenta(`── ${text}`)));
}

/** One row per aggregate, one column per collector. */
export function showFindings(findings: ReadonlyMap<string, Finding>): void {
  const rows = [...findings].map(([aggregate, { expected, verdicts }]) => [
    aggregate,
    { events: expected, ...verdicts },
  ]);
  console.table(Object.fromEntries(rows));
}

export function show(text: string): void {
  print(text);
}

function print(text: string): void {
  console.log(`${pc.dim(`${seconds().toFixed(1)}s`.padStart(6))}  ${text}`.trimEnd());
}

function eventName(event: unknown): string {
  const { type, TAG } = Object(event) as { type?: string; TAG?: string };
  return type ?? TAG ?? String(event);
}
