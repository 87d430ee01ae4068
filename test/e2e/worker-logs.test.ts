import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { PUBLISH_SIGNAL } from '../../src/common/names.ts';
import { Customer, type CustomerMessage, renamed } from '../support/customer.ts';
import { useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { until } from '../support/publisher-worker.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { type Fault, type SlowSns, startSlowSns } from '../upgrade/slow-sns.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/worker.js');
const SECRET = 'Smith-Kowalczyk-7f3a9c';

/** The AWS SDK itself tries a failing request three times before anybody hears of it. */
const TRIES = 4;

describe("the worker's log at its lowest level", () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();
  const tries = new Map<string, number>();
  let sns: SlowSns;
  let worker: RunningProcess;

  beforeAll(async () => {
    sns = await startSlowSns({ emulator: emulator.endpoint, delayMs: 0, fault });
    worker = runNode([EXECUTABLE], {
      EVENT_TOPICS: JSON.stringify({ Customer: emulator.eventTopics['Customer'] }),
      TEMPORAL_ADDRESS: temporal.env.address,
      AWS_ENDPOINT_URL_SNS: sns.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      LOG_LEVEL: 'TRACE',
    });
    await worker.says('"RUNNING"');
  });

  afterAll(async () => {
    worker.child.kill('SIGKILL');
    await sns.close();
  });

  /** By aggregate: `throttled` and `down` for a while, `refused` for good. A request that carries several ends as the worst of them does. */
  function fault(messages: readonly EventMessage[]): Fault | undefined {
    const ids = messages.map(({ id }) => id);
    const isTriedAgain = (id: string): boolean => ids.includes(id) && tried(id) <= TRIES;
    if (ids.includes('refused'))
      return { status: 400, code: 'InvalidParameter', message: 'Invalid parameter: Message' };
    if (isTriedAgain('throttled')) return { status: 400, code: 'Throttled', message: 'Rate exceeded' };
    return isTriedAgain('down') ? { status: 500, code: 'InternalError', message: 'Down' } : undefined;
  }

  /** How often, with this time. */
  function tried(id: string): number {
    const times = (tries.get(id) ?? 0) + 1;
    tries.set(id, times);
    return times;
  }

  it('never has what is in an event, whatever becomes of it, and is JSON', async () => {
    const topic = new EventTopic(Customer, { client: temporal.env.client });
    for (const id of ['good', 'throttled', 'down', 'refused'])
      await topic.publish([secret(id, `${id}/1`), secret(id, `${id}/2`)]);
    const publisher = temporal.env.client.workflow.getHandle('event-topic/Customer/good');
    await publisher.signal(PUBLISH_SIGNAL, [{ [SECRET]: SECRET }], SECRET);

    await until(async () => (await topic.status('refused')).state === 'parked');
    for (const id of ['good', 'throttled', 'down']) {
      await until(async () => {
        const status = await topic.status(id);
        return status.state !== 'unknown' && status.published === 2;
      }, 60_000);
    }
    expect(await topic.status('good')).toMatchObject({ setAside: { count: 1 } });
    worker.child.kill('SIGTERM');
    const { code, stdout, stderr } = await worker.finished;

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const lines = stderr.trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { level: string; message: string });
    // What would show an event, if anything did.
    for (const message of ['Got workflow activation', 'Got activity task', 'Activity completed'])
      expect(entries.map((entry) => entry.message)).toContain(message);
    for (const form of formsOf(SECRET)) expect(lines.filter((line) => line.includes(form))).toEqual([]);
    // Node shows the first 50 bytes of a buffer.
    expect(lines.filter((line) => /<Buffer|Uint8Array\(/.test(line))).toEqual([]);
    // An operator sees the incident, not each try.
    const important = entries.filter(({ level }) => level === 'WARN' || level === 'ERROR');
    const ofTopic = important.filter(({ message }) => message.startsWith('The topic'));
    expect(ofTopic).toEqual([expect.objectContaining({ topic: 'Customer', kind: 'retry' })]);
  });
});

function secret(id: string, msgId: string): CustomerMessage {
  return { ...renamed(id, msgId), event: { type: 'NameChanged', name: SECRET } };
}

/** As text, as bytes are shown by Node, and as base64 wherever it begins. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const base64 = ['', ' ', '  '].map((before) =>
    Buffer.from(before + text)
      .toString('base64')
      .slice(4, -4),
  );
  return [
    text,
    [...bytes].join(', '),
    [...bytes].join(','),
    bytes.toString('hex').replaceAll(/..(?!$)/g, '$& '),
    ...base64,
  ];
}
