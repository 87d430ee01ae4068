import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/run-process.ts';

const folder = join(import.meta.dirname, '../../examples/testing');
const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));

describe('what docs/guides/testing.md shows', () => {
  it.each(files)(
    'passes: %s',
    async (file) => {
      const args = ['--import', 'tsx', '--test', '--test-reporter', 'tap', join(folder, file)];
      const { code, stdout } = await runNode(args).finished;
      expect({ code, fails: stdout.match(/^# fail \d+$/m)?.[0], stdout }).toMatchObject({
        code: 0,
        fails: '# fail 0',
      });
    },
    120_000,
  );
});
