import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readArguments, USAGE } from '../../../bench/model/arguments.ts';
import type { Estimate } from '../../../bench/model/estimate.ts';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The command that the guide shows. */
function shownCommand(): readonly string[] {
  const guide = readFileSync(join(ROOT, 'docs/guides/scale.md'), 'utf8');
  const [, command = ''] = /```sh\nnode (.*)\n```/.exec(guide) ?? [];
  return command.split(' ');
}

it('reads numbers under the names of the input', () => {
  const { input } = readArguments([
    '--events-per-second',
    '10',
    '--linger-seconds',
    '60',
    '--region',
    'other',
  ]);
  expect(input).toEqual({
    eventsPerSecond: 10,
    lingerSeconds: 60,
    region: 'other',
    sameAggregateBatching: false,
    topicScope: false,
  });
});

it('refuses what it does not know', () => {
  expect(() => readArguments(['--events', '10'])).toThrow(/--events/);
});

it('describes every option of the input', () => {
  for (const name of [
    'zipf',
    'clients',
    'sns-ms',
    'temporal-ms',
    'worker-gb',
    'topic-scope',
    'retention-days',
  ])
    expect(USAGE).toContain(`--${name}`);
});

it('does what the guide shows, for people and for programs', async () => {
  const shown = shownCommand();
  const [people, programs] = await Promise.all([
    run(process.execPath, [...shown], { cwd: ROOT }),
    run(process.execPath, [...shown, '--json', '--simulate'], { cwd: ROOT }),
  ]);
  expect(people.stdout).toMatch(/temporal actions +2,580 +500 +5.2 ×/);
  expect(people.stdout).toContain('bench/results/');
  const { uses, input, simulated } = JSON.parse(programs.stdout) as Estimate & {
    readonly simulated: { readonly events: number };
  };
  expect(input).toMatchObject({ eventsPerSecond: 10_000, partitions: 32, region: 'eu-west-1', zipf: 0.8 });
  expect(uses.find(({ limit }) => limit === 'SNS messages')).toMatchObject({ available: 9_000 });
  expect(simulated.events).toBeGreaterThan(5_000);
});

it('says what is missing', async () => {
  const command = ['--import', 'tsx', 'bench/model/main.ts', '--aggregates', '10'];
  await expect(run(process.execPath, command, { cwd: ROOT })).rejects.toThrow(
    '--events-per-second and --aggregates are needed',
  );
});
