import { readFile } from 'node:fs/promises';
import { describe, expect, inject, it } from 'vitest';

describe('the workflow bundle', () => {
  it('holds the publisher workflow, and nothing of zod, AWS, Node or the spec', async () => {
    const code = await readFile(inject('workflowBundle'), 'utf8');
    const modules = [...code.matchAll(/!\*\*\* (\S+) \*\*\*!/g)].map(([, name = '']) => name);
    const foreign = modules.filter((name) =>
      /zod|@aws-sdk|@smithy|uuidv7|^node:|event-topic\.ts|ids\.ts/.test(name),
    );

    expect(modules).toContain('./src/workflows/publisher.ts');
    expect(foreign).toEqual([]);
  });

  it('loads its modules once for all workflows of a worker, not for each', async () => {
    // Without `sideEffects` in package.json webpack would leave that out without a word.
    const code = await readFile(inject('workflowBundle'), 'utf8');
    expect(code).toMatch(/function preloadModules\(\) \{\s+__webpack_require__\(.*workflows\/own-worker\.ts/);
  });

  it('stays small enough to be loaded for every worker', async () => {
    // Temporal's own code is about 1.6 MB of it; source maps are included. Relay, verify and republish took 0.1 MB.
    expect((await readFile(inject('workflowBundle'))).byteLength).toBeLessThan(2_500_000);
  });
});
