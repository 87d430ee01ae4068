// Compares what a command prints with what the page shows of it.
import { userInfo } from 'node:os';

/** In the page's output: anything within a line; alone on a line: any lines, or none. */
const ANYTHING = '…';
/** Who runs the commands of the page. */
const ACTOR = 'ada';

// What differs from one system to the next. The page shows an example of each.
const VARYING: readonly (readonly [what: RegExp, name: string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/\b(127\.0\.0\.1|localhost):\d+/g, '<address>'],
  [/\b[a-z]{2}-[a-z]+-\d\b/g, '<region>'],
  [/\bin the namespace [\w-]+/g, 'in the namespace <namespace>'],
];

/** Whether the output is what the page shows; blanks that align columns do not count. */
export function isShown(actual: string, shown: string): boolean {
  return patternOf(shown).test(neutral(actual.replaceAll(actorCell(), ACTOR)));
}

function patternOf(shown: string): RegExp {
  const lines = neutral(shown).split('\n');
  const patterns = lines.slice(0, -1).map((line) => (line === ANYTHING ? '(?:.*\n)*?' : `${lineOf(line)}\n`));
  return new RegExp(`^${patterns.join('')}$`);
}

function lineOf(line: string): string {
  return line
    .split(ANYTHING)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
}

/** Without what varies, and each line with its end. */
function neutral(text: string): string {
  const plain = VARYING.reduce((rest, [what, name]) => rest.replaceAll(what, name), text.trimEnd());
  return `${plain.replaceAll(/^ +| +$/gm, '').replaceAll(/ {2,}/g, '  ')}\n`;
}

/** The user of the operating system, where a column has nothing else. */
function actorCell(): RegExp {
  return new RegExp(`(?<=  )${userInfo().username}(?=  | since)`, 'g');
}
