import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { AesGcmCodec } from '../../examples/features/aes-gcm-codec.ts';
import type { CustomerMessage } from '../support/customer.ts';
import { customers, positioned, renamed } from '../support/customer.ts';
import { type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { refused, ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { quietRuntime, useTemporalDevServer } from '../support/temporal.ts';

/** Stands in every event, in what SNS says of a refused one, and must stand nowhere else. */
const SECRET = `secret-${randomUUID()}`;
const operator = { actor: 'ada', reason: 'a test' };

const logged: unknown[] = [];
quietRuntime(new DefaultLogger('DEBUG', (entry) => logged.push(entry)));
const temporal = useTemporalDevServer();

function secret(message: CustomerMessage, chars = 0): CustomerMessage {
  return { ...message, event: { type: 'NameChanged', name: SECRET + 'x'.repeat(chars) } };
}

async function withCodec(
  script: ConstructorParameters<typeof ScriptedPublisher>[0],
  story: (rig: Rig & { readonly publisher: ScriptedPublisher }) => Promise<void>,
  spec: Parameters<typeof customers>[1] & { readonly name: string },
): Promise<void> {
  const dataConverter = { payloadCodecs: [codec] };
  const client = new Client({ connection: temporal.env.connection, dataConverter });
  const publisher = new ScriptedPublisher(script);
  const eventLog = {
    async *readStream(id: string, from: number) {
      yield* positioned(id, 1, 20)
        .map((message) => secret(message))
        .slice(from - 1);
    },
  };
  const { name, ...layout } = spec;
  await withWorker(temporal.env, publisher, (rig) => story({ ...rig, publisher }), {
    definition: customers(name, layout),
    settings: { maxSignalsPerRun: 4, gapTimeoutMs: 300, lingerMs: 60_000 },
    worker: { dataConverter },
    client: { client },
    target: { eventLog },
  });
}

const codec = new AesGcmCodec(randomBytes(32));

it.each([
  ['a publisher for each aggregate', undefined],
  ['partitions', 1],
])(
  'an event is published, parked, replaced, paged and continued as new, with %s',
  async (_title, partitions) => {
    let isDown = true;
    const script = (msgId: string) => {
      if (msgId === 'p-1' && isDown) return { ...refused, reason: `cannot take ${SECRET}` };
      return msgId.startsWith('big') && isDown ? throttled : undefined;
    };
    const story: Parameters<typeof withCodec>[1] = async ({ topic, publisher }) => {
      for (let n = 1; n <= 9; n += 1)
        await topic.publish([secret(renamed('a', `a-${n}`))], { waitFor: 'published' });
      await topic.publish([secret(renamed('p', 'p-1')), secret(renamed('p', 'p-2'))]);
      await until(async () => (await topic.parked()).length === 1);
      expect(await topic.parked()).toMatchObject([
        { id: 'p', msgId: 'p-1', reason: `cannot take ${SECRET}` },
      ]);
      for (let n = 1; n <= 8; n += 1) await topic.publish([secret(renamed('big', `big-${n}`), 80_000)]);
      isDown = false;
      await topic.replace('p', { ...operator, message: secret(renamed('p', 'p-1')) });
      await until(() => publisher.published.length === 9 + 2 + 8, 30_000);
      expect(publisher.publishedOf('big')).toEqual(Array.from({ length: 8 }, (_, n) => `big-${n + 1}`));
    };
    const name = partitions ? 'SecretPartitions' : 'Secret';
    await withCodec(script, story, { name, ...(partitions ? { partitions } : {}) });
  },
);

it('and healed from the EventLog', async () => {
  const story: Parameters<typeof withCodec>[1] = async ({ topic, publisher }) => {
    await topic.publish(positioned('s', 1, 2).map((message) => secret(message)));
    await topic.publish(positioned('s', 6, 6).map((message) => secret(message)));
    await until(() => publisher.published.length === 6);
  };
  await withCodec(() => undefined, story, { name: 'SecretStream', ordering: 'position' });
});

it('and stands in no history, memo, search attribute, summary or log in plain text', async () => {
  const { workflowService } = temporal.env.connection;
  const found: string[] = [];
  let events = 0;
  // As they are: the client would decode the memos.
  const { executions } = await workflowService.listWorkflowExecutions({
    namespace: 'default',
    pageSize: 1_000,
  });
  for (const { execution } of executions) {
    const { workflowId = '', runId = '' } = { ...execution } as { workflowId?: string; runId?: string };
    const history = await temporal.env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    const description = await workflowService.describeWorkflowExecution({ namespace: 'default', execution });
    events += history.events?.length ?? 0;
    if (textsIn([history, description, executions]).some(isReadable)) found.push(workflowId);
  }
  expect(events).toBeGreaterThan(200);
  expect(found).toEqual([]);
  expect(logged.length).toBeGreaterThan(0);
  expect(textsIn(logged).filter(isReadable)).toEqual([]);
});

it('a codec that makes an event too large for Temporal is found before anything is sent', async () => {
  const enlarging = {
    encode: async (payloads: Parameters<AesGcmCodec['encode']>[0]) =>
      payloads.map(({ metadata, data }) => ({ metadata, data: Buffer.alloc((data?.length ?? 0) * 8) })),
    decode: async (payloads: Parameters<AesGcmCodec['decode']>[0]) => payloads,
  };
  const { connection } = temporal.env;
  const client = new Client({ connection, dataConverter: { payloadCodecs: [enlarging] } });
  await withWorker(
    temporal.env,
    new ScriptedPublisher(() => undefined),
    async ({ topic }) => {
      const call = topic.publish([renamed('l', 'l-1'), secret(renamed('l', 'l-2'), 240_000)]);
      await expect(call).rejects.toMatchObject({
        code: 'INVALID_MESSAGES',
        faults: [{ index: 1, msgId: 'l-2' }],
      });
      expect(await topic.status('l')).toMatchObject({ state: 'unknown' });
    },
    { definition: customers('Enlarged'), client: { client } },
  );
});

/** Every text, and every bytes as text, wherever they stand. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (value instanceof Error) return [String(value.stack), ...textsIn(value.cause)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** In plain text, or in base64, in which its beginning may be shifted. */
function isReadable(text: string): boolean {
  const inBase64 = [0, 1, 2].map((shift) => Buffer.from(SECRET.slice(shift)).toString('base64').slice(0, 30));
  return text.includes(SECRET) || inBase64.some((encoded) => text.includes(encoded));
}
