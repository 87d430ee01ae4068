import { expect, it } from 'vitest';
import { measuredCosts } from '../../../bench/model/measured.ts';
import { resultsFaults } from '../../../bench/model/records.ts';
import { readResults } from '../../../bench/model/results-file.ts';

it.each(['2026-11-26-2-core-intel-xeon', '2026-11-28-2-core-intel-xeon'])('%s has costs', (name) => {
  expect(resultsFaults(name)).toEqual([]);
  expect(measuredCosts(readResults(name)).cpuMs.historyEvent).toBeGreaterThan(0);
});

it.each(['nope', '../../package', '2026-11-28-2-core-intel-xeon-relay'])(
  '%s is refused, with those that have',
  (name) => {
    const [fault] = resultsFaults(name);
    expect(fault).toMatch(
      /^--results is one of 2026-11-26-2-core-intel-xeon, 2026-11-28-2-core-intel-xeon, not /,
    );
  },
);
