import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../examples/free-port.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { Customer, renamed } from '../support/customer.ts';
import { receiveAll, useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { until } from '../support/publisher-worker.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { type SlowSns, startSlowSns } from '../upgrade/slow-sns.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/worker.js');
const AGGREGATES = 8;
const DELAY_MS = 150;
const CALL_EVERY_MS = 200;
const DEPLOYS = 3;
const PATIENCE_MS = 60_000;
// What the worker gives running activities; here they take a request or two.
const GRACE_MS = 25_000;

describe('SIGTERM while events are being published', () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();
  let sns: SlowSns;
  const started: RunningProcess[] = [];
  let isEnough = false;

  beforeAll(async () => {
    sns = await startSlowSns({ emulator: emulator.endpoint, delayMs: DELAY_MS });
  });

  afterAll(async () => {
    isEnough = true;
    for (const { child } of started) child.kill('SIGKILL');
    await sns.close();
  });

  async function startWorker(): Promise<RunningProcess & { readonly health: string }> {
    const HEALTH_ADDRESS = `127.0.0.1:${await freePort()}`;
    const worker = runNode([EXECUTABLE], {
      EVENT_TOPICS: JSON.stringify({ Customer: emulator.eventTopics['Customer'] }),
      TEMPORAL_ADDRESS: temporal.env.address,
      AWS_ENDPOINT_URL_SNS: sns.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      HEALTH_ADDRESS,
    });
    started.push(worker);
    const health = `http://${HEALTH_ADDRESS}`;
    await until(async () => (await codeOf(`${health}/readyz`)) === 200, PATIENCE_MS);
    return { ...worker, health };
  }

  it('loses nothing, sends nothing twice, and is not ready from then on', async () => {
    const topic = new EventTopic(Customer, { client: temporal.env.client });
    const published = new Map<string, number>();
    const publish = async (id: string): Promise<void> => {
      for (let n = 1; !isEnough; n += 1) {
        await topic.publish([renamed(id, `${id}/${n}`)]);
        published.set(id, n);
        await sleep(CALL_EVERY_MS);
      }
    };
    const callers = Array.from({ length: AGGREGATES }, (_, index) => publish(`C-${index}`));

    let worker = await startWorker();
    for (let deploy = 0; deploy < DEPLOYS; deploy += 1) {
      const before = sns.count;
      await until(() => sns.count > before + 3 * AGGREGATES && sns.inFlight > 0, PATIENCE_MS);
      worker.child.kill('SIGTERM');
      const stoppedAt = Date.now();
      await until(async () => (await codeOf(`${worker.health}/readyz`)) !== 200);
      const next = await startWorker();
      const { code } = await worker.finished;
      expect([code, Date.now() - stoppedAt < GRACE_MS]).toEqual([0, true]);
      worker = next;
    }
    isEnough = true;
    await Promise.all(callers);

    const total = [...published.values()].reduce((sum, count) => sum + count, 0);
    await until(() => sns.count >= total && sns.inFlight === 0, PATIENCE_MS);
    const expected = [...published].map(([id, last]): [string, string[]] => [id, numbered(id, last)]);
    const arrived = [...sns.arrivals].map(([key, msgIds]) => [key.split(' ')[1], msgIds]);
    expect(Object.fromEntries(arrived)).toEqual(Object.fromEntries(expected));
    for (const queueUrl of Object.values(emulator.collectors)) {
      const received = await receiveAll(emulator.endpoint, queueUrl, total);
      const msgIds = received.map(({ Body = '' }) => JSON.parse(Body).meta.msgId as string);
      for (const [id, all] of expected)
        expect(msgIds.filter((msgId) => msgId.startsWith(`${id}/`))).toEqual(all);
    }
  }, 120_000);
});

function numbered(id: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${id}/${index + 1}`);
}

/** HTTP status; undefined when nobody answers. */
async function codeOf(url: string): Promise<number | undefined> {
  return await fetch(url).then(
    (response) => response.status,
    () => undefined,
  );
}
