import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../../bench/model/estimate.ts';
import type { Measured } from '../../../bench/model/measured.ts';
import type { PipelineResult } from '../../../bench/model/simulate/pipeline.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MAIN = ['--import', 'tsx', 'bench/model/main.ts'];
const run = promisify(execFile);

/** The command that the guide shows. */
function shownCommand(): readonly string[] {
  const guide = readFileSync(join(ROOT, 'docs/guides/scale.md'), 'utf8');
  const [, command = ''] = /```sh\nnode (.*)\n```/.exec(guide) ?? [];
  return command.split(' ');
}

interface Failed {
  readonly code: number;
  readonly stderr: string;
  readonly stdout: string;
}

async function refused(...options: readonly string[]): Promise<Failed> {
  return run(process.execPath, [...MAIN, ...options], { cwd: ROOT }).then(
    () => Promise.reject(new Error('it was not refused')),
    (error: Failed) => error,
  );
}

describe('the command', () => {
  it('does what the guide shows, for people', async () => {
    const { stdout } = await run(process.execPath, [...shownCommand()], { cwd: ROOT });
    expect(stdout).toMatch(/temporal actions +5,170 +500 +10 ×/);
    expect(stdout).toMatch(/memory of cached publishers, GB .* assumed/);
    expect(stdout).toMatch(/CPU of a history event, ms +0.77 +measured/);
    expect(stdout).toContain('bench/results/');
    // The longest advice takes several lines, and none breaks a word.
    expect(stdout).toMatch(/temporal actions: Partitions, .*\n {2}lesser of 4 × mean/);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(122);
  });

  it('and for programs, with what it was fed with and how each number is known', async () => {
    const command = [...shownCommand(), '--json', '--simulate'];
    const { stdout } = await run(process.execPath, command, { cwd: ROOT });
    const { uses, input, simulated, costs, needs } = JSON.parse(stdout) as Estimate & {
      readonly simulated: PipelineResult;
      readonly costs: Omit<Measured, 'points'>;
      readonly needs: readonly { readonly what: string; readonly known: string }[];
    };
    expect(input).toMatchObject({ eventsPerSecond: 10_000, partitions: 64, region: 'eu-west-1', zipf: 0.8 });
    expect(uses.find(({ limit }) => limit === 'SNS messages')).toMatchObject({ available: 9_000 });
    expect(simulated.events).toBeGreaterThan(2_000);
    expect(costs).toMatchObject({ from: '2026-11-28-2-core-intel-xeon', version: '0.3.0' });
    expect(costs.cpuMs.snsCall).toBeGreaterThan(1);
    expect(needs).toContainEqual(expect.objectContaining({ what: 'actions per second', known: 'derived' }));
  });

  it('refuses all that is wrong at once, without a stack trace', async () => {
    const { code, stderr, stdout } = await refused(
      ...['--events-per-second', 'abc', '--aggregate', '10', '--results', 'nope', '--simulate'],
      ...['--events-per-call', '5', '--same-aggregate-batching'],
    );
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n')).toEqual([
      'nothing is expected at "10"',
      '--aggregate is no option; did you mean --aggregates?',
      '--aggregates is missing',
      '--events-per-second is a number from 0.001 to 1,000,000, not "abc"',
      expect.stringMatching(/^--results is one of 2026-\S+, 2026-11-28-2-core-intel-xeon, not nope$/),
      '--simulate knows calls of one event only: leave out --events-per-call',
      '--simulate knows no batches of one aggregate: leave out --same-aggregate-batching',
      'See --help.',
      '',
    ]);
  });

  it('ends in peace when its reader has enough', async () => {
    const child = spawn(process.execPath, [...MAIN, '--markdown'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // The pipe is closed long before it has something to write.
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});
