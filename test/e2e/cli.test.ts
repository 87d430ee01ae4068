import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventMessage } from '../../src/common/message.ts';
import { topicActivities } from '../../src/worker/topic-activities.ts';
import { positioned, renamed } from '../support/customer.ts';
import { createTestWorker, until } from '../support/publisher-worker.ts';
import { RefusingPublisher } from '../support/refusing-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { cli, cliProcess, type Ran, type RunOptions, startCli } from './cli-rig.ts';

const temporal = useTemporalDevServer();
const publisher = new RefusingPublisher();
let folder: string;
let worker: Worker;
let working: Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-topic-cli-'));
  const topics = ['Customer', 'Stream', 'Shared'].map((topic) => ({ topic, publisher }));
  worker = await createTestWorker(temporal.env, publisher, {
    taskQueue: 'event-topic',
    activities: topicActivities(topics),
  });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await rm(folder, { recursive: true, force: true });
});

describe('event-topic', () => {
  it('publishes a file, and shows how topic and aggregate fare', async () => {
    const file = await lines('events.jsonl', [
      renamed('C-1', 'm-1'),
      renamed('C-2', 'm-2'),
      renamed('C-1', 'm-3'),
    ]);
    const published = await run(['publish', 'Customer', '--file', file, '--json']);
    expect(published).toMatchObject({ code: 0, json: { topic: 'Customer', accepted: 3, lines: 3 } });
    await until(() => publisher.msgIdsOf('C-1').length === 2);
    expect(publisher.msgIdsOf('C-1')).toEqual(['m-1', 'm-3']);

    const [one, topic, all] = await Promise.all([
      run(['status', 'Customer', 'C-1', '--json']),
      seen(['status', 'Customer', '--json'], { openPublishers: 2 }),
      seen(['status', '--json'], { topics: [{ topic: 'Customer' }] }),
    ]);
    expect(one.json).toMatchObject({ topic: 'Customer', id: 'C-1', state: 'idle', published: 2, open: true });
    expect(topic.json).toEqual({
      topic: 'Customer',
      openPublishers: 2,
      parked: 0,
      partitions: null,
      relay: false,
      ordering: 'arrival',
    });
    expect(all.json).toMatchObject({ topics: [{ topic: 'Customer', partitions: null }] });
  });

  it('finds what is parked, and gets it going again in each of the ways', async () => {
    for (const bad of ['bad-1', 'bad-2', 'bad-3', 'bad-4']) publisher.bad.add(bad);
    const events = [1, 2, 3, 4].flatMap((n) => [
      renamed(`P-${n}`, `bad-${n}`),
      renamed(`P-${n}`, `good-${n}`),
    ]);
    await run(['publish', 'Customer', '--file', '-'], { input: jsonLines(events) });
    const parked = await seen(['parked', 'Customer', '--json'], { parked: { length: 4 } });
    expect((parked.json as { parked: unknown[] }).parked[0]).toEqual({
      topic: 'Customer',
      id: expect.stringMatching(/^P-\d$/),
      msgId: expect.stringMatching(/^bad-\d$/),
      code: 'InvalidParameter',
      reason: 'bad message',
      since: expect.any(String),
      publisher: expect.stringContaining('event-topic/Customer/P-'),
    });

    const plain = await run(['parked', '--exit-code']);
    expect(plain.code).toBe(3);
    expect(plain.stdout.split('\n')[0]?.split('\t')).toHaveLength(6);

    const reason = ['--reason', 'a test', '--actor', 'ada'];
    const [skipped, replaced, paused, dry] = await Promise.all([
      run(['skip', 'Customer', 'P-1', ...reason, '--yes', '--json']),
      run(['replace', 'Customer', 'P-2', '--file', '-', ...reason, '--msg-id', 'bad-2', '--service', 'ops'], {
        input: JSON.stringify({ event: { type: 'NameChanged', name: 'better' } }),
      }),
      run(['pause', 'Customer', 'C-1', ...reason, '--json']),
      run(['retry', 'Customer', '--all', '--code', 'InvalidParameter', ...reason, '--dry-run', '--json']),
    ]);
    expect(skipped.json).toMatchObject({ operations: [{ operation: 'skip', actor: 'ada', msgId: 'bad-1' }] });
    expect(replaced).toMatchObject({ code: 2, stdout: '' });
    expect(replaced.stderr).toContain('CONFIRMATION_NEEDED');
    expect(replaced.stderr).toContain('next: Give --yes');
    expect(paused.json).toMatchObject({ state: 'paused', paused: { actor: 'ada', reason: 'a test' } });
    expect(dry.json).toMatchObject({ dryRun: true });

    publisher.bad.clear();
    const [resumed, again, all] = await Promise.all([
      run(['resume', 'Customer', 'C-1', ...reason, '--json']),
      run(['replace', 'Customer', 'P-2', '--file', '-', ...reason, '--service', 'ops', '--yes', '--json'], {
        input: JSON.stringify({ event: { type: 'NameChanged', name: 'better' } }),
      }),
      run(['retry', 'Customer', 'P-3', ...reason, '--json']),
    ]);
    expect([resumed.code, again.code, all.code]).toEqual([0, 0, 0]);
    await until(() => ['P-1', 'P-2', 'P-3'].every((id) => publisher.msgIdsOf(id).length > 0));
    expect(publisher.messagesOf('P-2')[0]).toMatchObject({
      meta: { msgId: 'bad-2', service: 'ops' },
      event: { name: 'better' },
    });
    const refused = await run(['retry', 'Customer', '--all', ...reason]);
    expect(refused).toMatchObject({ code: 2 });
    const rest = await run(['retry', 'Customer', '--all', ...reason, '--yes', '--json']);
    expect(rest).toMatchObject({
      code: 0,
      json: { dryRun: false, retried: [{ id: 'P-4', msgId: 'bad-4', ok: true }] },
    });
    await until(() => publisher.msgIdsOf('P-4').length === 2);
    expect(publisher.msgIdsOf('P-1')).toEqual(['good-1']);
    expect(publisher.msgIdsOf('P-3')).toEqual(['bad-3', 'good-3']);
  });

  it('says from which line to resume, and resumes there', async () => {
    const wrong = { ...renamed('R-1', 'r-2'), meta: { service: 'test' } };
    const file = await lines('wrong.jsonl', [renamed('R-1', 'r-1'), '', wrong, renamed('R-1', 'r-3')]);
    const [broken, checked] = await Promise.all([
      run(['publish', 'Customer', '--file', file, '--json']),
      run(['publish', 'Customer', '--file', file, '--dry-run', '--json']),
    ]);
    expect(broken.code).toBe(1);
    expect(broken.told.at(-1)).toMatchObject({
      error: {
        code: 'STREAM_INTERRUPTED',
        next: expect.stringContaining(`event-topic publish Customer --file ${file} --from-line 3`),
        details: { accepted: 1, line: 3 },
      },
    });
    expect(checked).toMatchObject({ code: 3, json: { checked: 3, refused: 1, faults: [{ line: 3 }] } });
    const resumed = await run(['publish', 'Customer', '--file', file, '--from-line', '4', '--json']);
    expect(resumed).toMatchObject({ code: 0, json: { accepted: 1, lines: 4 } });
    await until(() => publisher.msgIdsOf('R-1').length === 2);
  });

  it('says what is accepted when the user interrupts, and where to resume', async () => {
    const running = startCli(['publish', 'Customer', '--file', '-', '--json'], address());
    running.child.stdin?.write(jsonLines([renamed('I-1', 'i-1'), renamed('I-1', 'i-2')]));
    await until(() => publisher.msgIdsOf('I-1').length === 2);
    running.child.kill('SIGINT');
    const { code, stderr, stdout } = await running.finished;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'STREAM_INTERRUPTED', details: { accepted: 2, line: 3 } },
    });
  });

  it('orders and divides as the topic does, from its name alone', async () => {
    const spec = join(import.meta.dirname, 'cli-topics.ts');
    const events = jsonLines(positioned('S-1', 1, 2).reverse());
    const unknown = await run(['publish', 'Stream', '--file', '-'], { input: events });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('give --ordering position') });
    const bySpec = await run(['publish', 'Stream', '--file', '-', '--spec', spec, '--json'], {
      input: events,
    });
    expect(bySpec).toMatchObject({ code: 0, json: { accepted: 2 } });
    await until(() => publisher.msgIdsOf('S-1').length === 2);
    const [byName, invalid, shared] = await Promise.all([
      seen(['status', 'Stream', '--json'], { ordering: 'position' }),
      run(['publish', 'Stream', '--file', '-', '--spec', spec], {
        input: '{"id":"S-1","event":{"type":"No"}}',
      }),
      run(['publish', 'Shared', '--file', '-', '--partitions', '2', '--json'], {
        input: jsonLines([renamed('X', 'x-1')]),
      }),
    ]);
    expect(byName.code).toBe(0);
    expect(invalid).toMatchObject({ code: 1, stderr: expect.stringContaining('event') });
    expect(shared.code).toBe(0);
    await until(() => publisher.msgIdsOf('X').length === 1);
    const recorded = await run(['publish', 'Shared', '--file', '-', '--json'], {
      input: jsonLines([renamed('Y', 'y-1')]),
    });
    expect(recorded).toMatchObject({ code: 0, json: { accepted: 1 } });
    const status = await run(['status', 'Shared', '--json']);
    expect(status.json).toMatchObject({ partitions: 2, partitionList: [{ index: 0 }, { index: 1 }] });
    const other = await run(['publish', 'Shared', '--file', '-', '--partitions', '3'], {
      input: jsonLines([renamed('Z', 'z-1')]),
    });
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('another number of partitions') });
  });
});

describe('event-topic says what is wrong', () => {
  it.each([
    ['no command', [], 2, 'say a command: publish, '],
    ['an unknown command', ['pakred'], 2, 'there is no command pakred; did you mean parked?'],
    [
      'an unknown option',
      ['parked', '--adress', 'x'],
      2,
      'there is no option --adress; did you mean --address?',
    ],
    ['a missing reason', ['pause', 'Customer', 'C-1'], 2, 'missing: --reason'],
    ['a topic that Temporal does not know', ['parked', 'Custmer'], 0, 'did you mean Customer?'],
    [
      'an operation that does not apply',
      ['resume', 'Customer', 'C-2', '--reason', 'x'],
      1,
      'next: look at it: event-topic status Customer C-2',
    ],
    ['a namespace that is not there', ['status', '--namespace', 'nope'], 1, 'TEMPORAL_REFUSED'],
    ['a profile that is not there', ['status', '--profile', 'nope'], 2, 'INVALID_ENVIRONMENT'],
    ['a file that is not there', ['publish', 'Customer', '--file', '/nowhere'], 2, 'cannot be read'],
    [
      'a spec that is not there',
      ['publish', 'Customer', '--file', '-', '--spec', '/nowhere.js'],
      2,
      'INVALID_SPEC',
    ],
  ])('%s', async (_what, args, code, text) => {
    const ran = await run(args);
    expect(ran).toMatchObject({ code, stderr: expect.stringContaining(text) });
    if (code !== 0) expect(ran.stderr).toMatch(/^event-topic: [A-Z_]+ .*\nnext: .*\n$/);
  });

  it('no server and no worker, within seconds', async () => {
    // A port that nobody listens at, and one where nobody answers.
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const began = Date.now();
    const unserved = ['pause', 'Customer', 'C-1', '--reason', 'x', '--task-queue', 'nobody', '--json'];
    const [worker, ...servers] = await Promise.all([
      run(unserved),
      ...['127.0.0.1:1', `127.0.0.1:${port}`].map((at) => cli(['parked', '--address', at, '--json'])),
    ]);
    silent.close();
    expect(worker).toMatchObject({ code: 1 });
    expect(worker?.told).toMatchObject([
      { error: { code: 'PUBLISHER_NOT_READY', next: expect.stringContaining('event-topic doctor') } },
    ]);
    for (const { code, told } of servers) {
      expect(code).toBe(1);
      expect(told).toMatchObject([{ error: { code: 'TEMPORAL_UNREACHABLE', next: expect.any(String) } }]);
    }
    expect(Date.now() - began).toBeLessThan(25_000);
  });

  it('asks nothing of Temporal for its help, its version and its completion', async () => {
    const [help, version, bash, candidates] = await Promise.all([
      cliProcess(['retry', '--help']),
      cliProcess(['--version']),
      cliProcess(['completion', 'bash']),
      cliProcess(['--get-yargs-completions', 'event-topic', 'relay', '']),
    ]);
    expect(help.stdout).toContain('Examples:\n  event-topic retry Customer C-1');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect(bash.stdout).toContain('complete -o default -F');
    expect(candidates.stdout).toBe('status\nverify\n');
  });
});

function address(): Record<string, string> {
  return { TEMPORAL_ADDRESS: temporal.env.address, HOME: folder };
}

function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return cli(args, { ...options, env: { ...address(), ...options.env } });
}

/** Temporal's lists lag: runs it until the answer has that. */
async function seen(args: readonly string[], expected: object): Promise<Ran> {
  for (let attempt = 1; ; attempt += 1) {
    const ran = await run(args);
    try {
      expect(ran.json).toMatchObject(expected);
      return ran;
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function jsonLines(messages: readonly (EventMessage | object | string)[]): string {
  return messages.map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`).join('');
}

async function lines(name: string, messages: readonly (object | string)[]): Promise<string> {
  const file = join(folder, `${randomUUID().slice(0, 8)}-${name}`);
  await writeFile(file, jsonLines(messages));
  return file;
}
