import { expect, it } from 'vitest';
import { readArguments, USAGE } from '../../../bench/model/arguments.ts';

const ENOUGH = ['--events-per-second', '10', '--aggregates', '100'];

it('reads numbers under the names of the input', () => {
  const { input, faults } = readArguments([...ENOUGH, '--linger-seconds', '60', '--region', 'other']);
  expect(faults).toEqual([]);
  expect(input).toEqual({
    eventsPerSecond: 10,
    aggregates: 100,
    lingerSeconds: 60,
    region: 'other',
    sameAggregateBatching: false,
    topicScope: false,
  });
});

it('refuses what it does not know, with the nearest that it knows', () => {
  const { faults } = readArguments([...ENOUGH, '--partition', '8', 'more', '--json=yes']);
  expect(faults).toEqual([
    'nothing is expected at "8"',
    'nothing is expected at "more"',
    '--partition is no option; did you mean --partitions?',
    '--json takes no value, not "yes"',
  ]);
});

it('says of numbers what was typed, and all that is wrong at once', () => {
  const { faults } = readArguments([
    '--events-per-second',
    'abc',
    '--zipf',
    '-1',
    '--region',
    'mars',
    '--partitions',
  ]);
  expect(faults).toEqual([
    '--aggregates is missing',
    '--events-per-second is a number from 0.001 to 1,000,000, not "abc"',
    '--partitions is a whole number from 1 to 1,000, not nothing',
    '--zipf is a number from 0 to 5, not "-1"',
    '--region is one of us-east-1, us-west-2, eu-west-1, other, not mars; other has the quota of all the rest',
  ]);
});

it('says what is missing', () => {
  expect(readArguments([]).faults).toEqual(['--events-per-second is missing', '--aggregates is missing']);
});

it('describes every option of the input', () => {
  for (const name of [
    'zipf',
    'clients',
    'event-bytes',
    'sns-ms',
    'temporal-ms',
    'worker-gb',
    'topic-scope',
    'retention-days',
  ])
    expect(USAGE).toContain(`--${name}`);
});
