// Short; `npm run faults -- --crashes 500` is the long version.
import { describe, expect, it } from 'vitest';
import { runCrashes } from './crashes/run.ts';

describe('an application that is killed around append and publish, and its worker, and the collector of its read model', () => {
  it.each([
    ['sweep', 16],
    ['tail', 8],
  ] as const)(
    '%s: every stored event arrives at every collector, in order, once, and no other; the read model is a fold over the EventLog',
    async (mode, kills) => {
      const lines: string[] = [];
      const result = await runCrashes({ mode, kills, report: (line) => lines.push(line) });
      process.stdout.write(`Crashes, ${lines.join('; ')}: ${JSON.stringify(result)}\n`);
      expect(result).toMatchObject({ lost: 0, outOfOrder: 0, twice: 0, neverStored: 0, missing: 0 });
      expect(result.readModel).toEqual({ lost: 0, outOfOrder: 0, twice: 0, neverStored: 0, wrong: 0 });
      expect(result.collectorKills).toBeGreaterThan(3);
      expect(result.kills).toBeGreaterThanOrEqual(kills);
      expect(result.workerKills).toBeGreaterThan(0);
      expect(result.stored).toBeGreaterThan(kills);
      if (mode === 'tail') expect(result.published).toBe(result.stored);
    },
    240_000,
  );
});
