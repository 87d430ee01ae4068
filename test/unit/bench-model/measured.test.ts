import { describe, expect, it } from 'vitest';
import { measuredCosts } from '../../../bench/model/measured.ts';
import { readResults } from '../../../bench/model/results-file.ts';
import { Results } from '../../../bench/results.ts';

const measured = measuredCosts();

describe('costs of a record', () => {
  it.each(measured.points)('the fit says the CPU of $workload, $contender within 15 %', (point) => {
    const { historyEvent, snsCall, event } = measured.cpuMs;
    const said = historyEvent * point.historyEvents + snsCall * point.snsCalls + event;
    expect(said / point.cpuMs).toBeGreaterThan(0.85);
    expect(said / point.cpuMs).toBeLessThan(1.15);
  });

  it.each(measured.points)('and its bytes of history, within 5 %', (point) => {
    const said = measured.bytes.historyEvent * point.historyEvents + measured.bytes.event;
    expect(Math.abs(said / point.historyBytes - 1)).toBeLessThan(0.05);
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

  it('of a record that lacks something say what', () => {
    const file = { name: 'empty', version: '0', results: new Results() };
    expect(() => measuredCosts(file)).toThrow('empty lacks eventsPerSecond of per-aggregate in cold');
  });
});
