// Reads a runbook: what a reader does in each of its sections, in order.
import { readFileSync } from 'node:fs';

/** What a reader does, or what happens to the system meanwhile. */
export type Step = CommandStep | WorldStep;

/** A block of commands, and what the page shows of their output. */
export interface CommandStep {
  readonly kind: 'command';
  readonly script: string;
  /** Undefined: the page shows none. */
  readonly output: string | undefined;
}

/** `<!-- runbook: NAME -->`: what a reader does elsewhere, or waits for. The scenario of the section knows how. */
export interface WorldStep {
  readonly kind: 'world';
  readonly name: string;
}

/** Steps by the anchor of their section. */
export type Runbook = ReadonlyMap<string, readonly Step[]>;

const HEADING = /^## (.+)$/m;
const STEP =
  /^<!-- runbook: (?<name>.+?) -->$|^```sh\n(?<script>.*?)\n```$(?:\n\n```text\n(?<output>.*?)\n```$)?/gms;

export function readRunbook(path: string): Runbook {
  const [, ...parts] = readFileSync(path, 'utf8').split(HEADING);
  const sections = new Map<string, readonly Step[]>();
  for (let index = 0; index < parts.length; index += 2) {
    const [heading = '', text = ''] = parts.slice(index, index + 2);
    sections.set(anchorOf(heading), [...text.matchAll(STEP)].map(toStep));
  }
  return sections;
}

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function toStep({ groups = {} }: RegExpExecArray): Step {
  const { name, script = '', output } = groups;
  return name === undefined ? { kind: 'command', script, output } : { kind: 'world', name };
}
