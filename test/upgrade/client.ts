// An application of one release: it publishes to its streams until it is told to stop, and then says how far it came. It is copied to where that release is installed.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { createMeta, defineEventTopic } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import * as z from 'zod';
import type { Stream } from './topics.ts';

const { TEMPORAL_ADDRESS: address = '', STREAMS = '[]', TOPICS = '{}' } = process.env;
const CALL_EVERY_MS = 400;
// So that runs of one version hand over to runs of another, and what is replayed is short.
const SHORT_RUNS = { maxSignalsPerRun: 30 };
// It must not outlive the test.
process.once('disconnect', () => process.exit());

let isStopped = false;
process.once('message', () => {
  isStopped = true;
});

const client = new Client({ connection: await Connection.connect({ address }) });
const event = z.object({ type: z.literal('Changed'), n: z.number() });
const topics = new Map(
  Object.entries(JSON.parse(TOPICS) as Record<string, object>).map(([name, spec]) => [
    name,
    new EventTopic(defineEventTopic({ name, event, ...spec }), { client, settings: SHORT_RUNS }),
  ]),
);
const streams = JSON.parse(STREAMS) as Stream[];

/** One or two events a call, so that there are both. */
async function publish(stream: Stream): Promise<void> {
  const count = 1 + (stream.next % 2);
  const messages = Array.from({ length: count }, (_, index) => toMessage(stream, stream.next + index));
  await topics.get(stream.topic)?.publish(messages);
  stream.next += count;
}

function toMessage(
  { topic, id }: Stream,
  n: number,
): Parameters<EventTopic<typeof event>['publish']>[0][number] {
  const msgId = `${id}/${n}`;
  const meta = { ...createMeta({ service: 'upgrade' }), msgId, correlationId: msgId };
  return { id, meta, event: { type: 'Changed', n }, ...(topic === 'Order' ? { position: n } : {}) };
}

process.send?.('ready');
while (!isStopped) {
  await Promise.all(streams.map(publish));
  await sleep(CALL_EVERY_MS);
}
process.send?.(streams, () => process.exit());
