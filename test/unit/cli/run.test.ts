import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { confirm } from '../../../src/cli/confirm.ts';
import { Context } from '../../../src/cli/context.ts';
import { Interruption } from '../../../src/cli/interruption.ts';
import { operatorOf } from '../../../src/cli/options/operator-options.ts';
import { Output } from '../../../src/cli/output/output.ts';
import { run } from '../../../src/cli/run.ts';
import { Terminal } from '../../../src/cli/terminal.ts';

describe('a run', () => {
  it('tells every fault of the arguments at once, on stderr, and ends with 2', async () => {
    const screen = streams();
    const argv = ['retry', 'Customer', 'C-1', '--all', '--since', 'yesterday', '--reason', 'x', '--json'];
    expect(await run(argv, { ...screen, env: {}, signal: new AbortController().signal })).toBe(2);
    const { out, err } = await written(screen);
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({
      error: {
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/either an aggregate id or --all; --since is an ISO time/),
      },
    });
  });

  it('refuses an option that is given twice and takes one value', async () => {
    const screen = streams();
    const argv = ['retry', 'Customer', 'C-1', '--reason', 'x', '--reason', 'y'];
    expect(await run(argv, { ...screen, env: {}, signal: new AbortController().signal })).toBe(2);
    expect((await written(screen)).err).toContain('--reason is given more than once');
  });

  it('that is interrupted before it has begun ends with the exit code of that, in silence', async () => {
    const screen = streams();
    const signal = AbortSignal.abort(new Interruption('SIGTERM'));
    expect(await run(['completion', 'bash'], { ...screen, env: {}, signal })).toBe(143);
    expect((await written(screen)).err).toBe('');
  });
});

describe('a question', () => {
  it.each([
    ['y', true],
    ['yes', true],
    ['Y', true],
    ['', false],
    ['no', false],
  ])('answered by "%s" at a terminal', async (answer, isConfirmed) => {
    const screen = streams({ isTTY: true });
    const asked = confirm('Drop it?', false, contextOf(screen));
    screen.stdin.write(`${answer}\n`);
    if (isConfirmed) await asked;
    else await expect(asked).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    const { out, err } = await written(screen);
    expect(out).toBe('');
    expect(err).toContain('Drop it? [y/N]');
  });

  it('is not asked where nobody would answer, and needs no answer with --yes', async () => {
    const context = contextOf(streams());
    await expect(confirm('Drop it?', false, context)).rejects.toMatchObject({
      code: 'CONFIRMATION_NEEDED',
      action: expect.stringContaining('--yes'),
    });
    await expect(confirm('Drop it?', true, context)).resolves.toBeUndefined();
  });
});

describe('an operator', () => {
  it('is the user of the operating system unless the command says another one', () => {
    expect(operatorOf({ reason: 'x' }, {}).actor).not.toBe('');
    expect(operatorOf({ reason: 'x', actor: 'ada' }, {})).toEqual({ reason: 'x', actor: 'ada' });
  });

  it('says who and why', () => {
    expect(() => operatorOf({ reason: ' ', actor: '' }, {})).toThrow(/--reason is empty; --actor is missing/);
  });
});

function streams({ isTTY = false } = {}) {
  const stream = (): PassThrough & { isTTY: boolean } => Object.assign(new PassThrough(), { isTTY });
  return { stdin: stream(), stdout: stream(), stderr: stream() };
}

function contextOf(screen: ReturnType<typeof streams>): Context {
  const { signal } = new AbortController();
  return new Context({ output: new Output(screen, false), terminal: new Terminal(screen), signal, env: {} });
}

async function written({
  stdout,
  stderr,
}: ReturnType<typeof streams>): Promise<{ out: string; err: string }> {
  stdout.end();
  stderr.end();
  return { out: await text(stdout), err: await text(stderr) };
}
