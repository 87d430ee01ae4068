// docs/guides/quick-start.md, typed at a terminal: in an empty folder, with the packed package.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPacked } from '../support/packed-package.ts';
import { Terminal } from '../support/terminal.ts';

const GUIDE = join(import.meta.dirname, '../../docs/guides/quick-start.md');
/** Temporal's lists lag by a second or so, and publishing takes a moment: a reader looks again. */
const LOOKS_AGAIN = /^npx event-topic (status|parked|doctor)\b/;
const WITHIN_MS = 45_000;
const QUIET = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  npm_config_update_notifier: 'false',
};

interface Step {
  readonly command: string;
  readonly output: string;
}

/** The commands of the guide's `console` blocks, with what they print. */
async function readSteps(): Promise<readonly Step[]> {
  const guide = await readFile(GUIDE, 'utf8');
  const blocks = [...guide.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((step) => {
      const lines = step.split('\n');
      const more = lines.slice(1).findIndex((line) => !line.startsWith('> '));
      const typed = lines
        .slice(0, more + 1)
        .map((line, index) => (index === 0 ? line : line.slice('> '.length)));
      return { command: typed.join('\n'), output: lines.slice(more + 1).join('\n') };
    });
}

/** What differs from one session to the next. */
function settled(output: string): string {
  return (
    output
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
      .replaceAll(/\d+@\S+ (\(@temporalio\/worker@[\d.]+\+)[0-9a-f]+\)/g, '<worker> $1<hash>)')
      // How far it is: a line that changes.
      .replaceAll(/^accepted \d+\n/gm, '')
      .trim()
  );
}

describe('the quick start', () => {
  let folder = '';
  let first: Terminal;
  let second: Terminal;
  let steps: readonly Step[];
  beforeAll(async () => {
    steps = await readSteps();
    folder = await mkdtemp(join(tmpdir(), 'event-topic-session-'));
    [first, second] = await Promise.all([Terminal.open(folder, QUIET), Terminal.open(folder, QUIET)]);
  });
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()]);
    await rm(folder, { recursive: true });
  });

  it('goes as it is written', async () => {
    const [install, dev, ...others] = steps;
    expect(install?.command).toMatch(/^npm install temporal-event-topic /);
    await installPacked(folder, install?.command.split(' ').slice(3) ?? []);

    // On ports of its own: others run tests here too.
    first.type(`${dev?.command} --port 0 --ui-port 0 --aws-port 0`);
    await first.shows('npx event-topic status Customer\n', WITHIN_MS);
    expect(settled(first.screen)).toBe(settled(dev?.output ?? ''));

    expect(others.length).toBeGreaterThan(8);
    for (const step of others) await follow(second, step);
    expect(first.screen).toContain('An aggregate is parked');

    const ports = [...first.screen.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    first.interrupt();
    await expect.poll(() => Promise.all(ports.map(answers)), { timeout: 15_000 }).not.toContain(true);
    expect((await first.run('echo ended', WITHIN_MS)).output).toContain('ended');
  }, 180_000);
});

async function follow(terminal: Terminal, { command, output }: Step): Promise<void> {
  const expected = settled(output);
  const look = async (): Promise<string> => {
    const ran = await terminal.run(command, WITHIN_MS);
    return settled(ran.output) + (ran.exitCode === 0 ? '' : `\nexit code ${ran.exitCode}`);
  };
  let seen = await look();
  for (
    const deadline = Date.now() + WITHIN_MS;
    seen !== expected && LOOKS_AGAIN.test(command) && Date.now() < deadline;
  ) {
    await sleep(500);
    seen = await look();
  }
  expect(seen, command).toBe(expected);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return answered;
}
