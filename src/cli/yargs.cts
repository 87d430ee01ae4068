// CommonJS on purpose: where it is imported as an ES module, yargs breaks the lines of the help in the middle of words.
import { createRequire } from 'node:module';
import type { Argv } from 'yargs';

const yargs = createRequire(__filename)('yargs') as () => Argv;

/** A parser that knows nothing yet. */
export function newParser(): Argv {
  return yargs();
}
