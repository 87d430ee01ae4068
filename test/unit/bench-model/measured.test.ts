import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheck } from '../../../bench/model/check/record.ts';
import { BENCHMARK_EVENT_BYTES } from '../../../bench/model/input.ts';
import { measuredCosts } from '../../../bench/model/measured.ts';
import { readResults } from '../../../bench/model/results-file.ts';
import { Results } from '../../../bench/results.ts';

const measured = measuredCosts();

describe('costs of a record', () => {
  // The record of 2026-11-26 was within 15 and 5 %. In this one the machine was not equally fast all the time.
  it.each(measured.points)('the fit says the CPU of $workload, $contender within 19 %', (point) => {
    const { historyEvent, snsCall, event } = measured.cpuMs;
    const said = historyEvent * point.historyEvents + snsCall * point.snsCalls + event;
    expect(said / point.cpuMs).toBeGreaterThan(0.81);
    expect(said / point.cpuMs).toBeLessThan(1.19);
  });

  it.each(measured.points)('and its bytes of history, within 15 %', (point) => {
    const said = measured.bytes.historyEvent * point.historyEvents + measured.bytes.event;
    expect(Math.abs(said / point.historyBytes - 1)).toBeLessThan(0.15);
  });

  it('are those of the file: twice as expensive runs make twice as expensive costs', () => {
    const file = readResults();
    const results = new Results();
    for (const { values, ...run } of file.results.measurements) {
      const cpu = values['workerCpuSecondsPer1000'];
      results.add({
        ...run,
        values: { ...values, ...(cpu === undefined ? {} : { workerCpuSecondsPer1000: 2 * cpu }) },
      });
    }
    const dearer = measuredCosts({ ...file, results });
    expect(dearer.cpuMs.historyEvent).toBeCloseTo(2 * measured.cpuMs.historyEvent, 9);
    expect(dearer.cpuMs.snsCall).toBeCloseTo(2 * measured.cpuMs.snsCall, 9);
  });

  it('are those of the record that bench/README.md publishes', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../bench/README.md'), 'utf8');
    const [, published] = /\[numbers\]\(results\/(.*)\.json\)/.exec(readme) ?? [];
    expect(measured.from).toBe(published);
  });

  it('and of the same version as what a worker takes beside them', () => {
    expect(readCheck().versions['temporal-event-topic']).toBe(measured.version);
  });

  it('are of events as large as the model takes them to be', () => {
    const bytes = readResults().results.value('cold', 'per-aggregate', 'bodyBytesPerEvent');
    expect(Math.ceil(bytes ?? 0)).toBe(BENCHMARK_EVENT_BYTES);
  });

  it('of a record that lacks something say what', () => {
    const file = { name: 'empty', version: '0', results: new Results() };
    expect(() => measuredCosts(file)).toThrow('empty lacks eventsPerSecond of per-aggregate in cold');
  });
});
