import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../examples/free-port.ts';
import { seriesOf } from '../../scripts/observability/prometheus-names.ts';
import { EventTopic } from '../../src/client/index.ts';
import { PUBLISH_SIGNAL } from '../../src/common/names.ts';
import { PUBLISHER_METRICS, WORKER_METRICS } from '../../src/common/telemetry/metrics.ts';
import { Customer, customers, positioned, renamed, renames } from '../support/customer.ts';
import { until } from '../support/publisher-worker.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { useEmulator } from '../support/topic-with-queue.ts';
import { type Scraped, scrape } from './prometheus-text.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/worker.js');
const GONE = 'arn:aws:sns:us-east-1:000000000000:gone.fifo';
// Every worker asks for it twice a minute.
const PARKED_WITHIN_MS = 45_000;

describe('what a worker shows to Prometheus', () => {
  const temporal = useTemporalDevServer();
  const aws = useEmulator();
  let worker: RunningProcess;
  let port: number;
  let scraped: Scraped;

  beforeAll(async () => {
    const { topicArn } = aws.emulator.createTopicWithQueue({ fifo: true });
    const { topicArn: streamArn } = aws.emulator.createTopicWithQueue({ fifo: true });
    const endpoint = await aws.emulator.sns.config.endpoint?.();
    port = await freePort();
    worker = runNode([EXECUTABLE], {
      EVENT_TOPICS: JSON.stringify({ Customer: topicArn, Stream: streamArn, Gone: GONE }),
      TEMPORAL_ADDRESS: temporal.env.address,
      METRICS_ADDRESS: `127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${endpoint?.port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    await worker.says('RUNNING');
    await publishAll();
    await until(async () => {
      scraped = await scrape(port);
      return scraped.value('event_topic_parked_aggregates', CUSTOMER) === 1;
    }, PARKED_WITHIN_MS);
  }, 90_000);

  afterAll(async () => {
    worker.child.kill('SIGTERM');
    await worker.finished;
  });

  /** Three are published, one comes again, one comes again with another content, one is refused; another topic is not there. */
  async function publishAll(): Promise<void> {
    const { client } = temporal.env;
    const topic = new EventTopic(Customer, { client, maxMessageBytes: 1_000_000 });
    const three = renames('C-1', 1, 3);
    await topic.publish(three, { waitFor: 'published' });
    await topic.publish(three.slice(0, 1), { waitFor: 'published' });
    await topic.publish([{ ...renamed('C-1', 'C-1-2'), event: { type: 'NameChanged', name: 'another' } }]);
    await client.workflow.getHandle('event-topic/Customer/C-1').signal(PUBLISH_SIGNAL, 'nonsense');
    const tooLong = { type: 'NameChanged', name: 'x'.repeat(300_000) } as const;
    await topic.publish([{ ...renamed('C-2', 'C-2-1'), event: tooLong }]);
    await publishStreams(client);
    await new EventTopic(customers('Gone'), { client }).publish([renamed('G-1', 'G-1-1')]);
    await until(
      async () => (await scrape(port)).value('event_topic_unpublished_events', { topic: 'Gone' }) === 1,
    );
  }

  /** Of one a position is missing; the other begins in the middle, which is no gap. */
  async function publishStreams(client: Client): Promise<void> {
    const topic = new EventTopic(customers('Stream', { ordering: 'position' }), {
      client,
      settings: { settleMs: 50, gapTimeoutMs: 200 },
    });
    await topic.publish([...positioned('S-1', 1, 1), ...positioned('S-1', 3, 3), ...positioned('S-2', 5, 5)]);
    await until(async () => (await topic.status('S-1')).state === 'parked');
    await until(async () => (await topic.status('S-2')).state === 'idle');
  }

  const CUSTOMER = { topic: 'Customer' };
  const ACTIVITY = {
    namespace: 'default',
    taskQueue: 'event-topic',
    activityType: 'eventTopicPublishEvents',
  };
  const WORKFLOW = { namespace: 'default', taskQueue: 'event-topic', workflowType: 'eventTopicPublisher' };

  it.each([
    ['event_topic_published_events_total', ACTIVITY, {}, 3],
    ['event_topic_failed_attempts_total', ACTIVITY, { kind: 'event', code: 'InvalidParameter' }, 1],
    ['event_topic_requests_in_flight', ACTIVITY, {}, 0],
    ['event_topic_publish_latency_seconds_count', ACTIVITY, {}, 3],
    ['event_topic_batch_events_sum', ACTIVITY, {}, 4],
    ['event_topic_unpublished_events', ACTIVITY, {}, 0],
    ['event_topic_duplicate_events_total', WORKFLOW, {}, 2],
    ['event_topic_conflicting_events_total', WORKFLOW, {}, 1],
    ['event_topic_set_aside_signals_total', WORKFLOW, {}, 1],
    ['event_topic_parkings_total', WORKFLOW, { code: 'InvalidParameter' }, 1],
    ['event_topic_parked_aggregates', { namespace: 'default' }, {}, 1],
  ])('%s has the labels of Temporal %j and its own %j, and is %d', (name, added, own, value) => {
    expect(scraped.sample(name, CUSTOMER)).toEqual({
      name,
      labels: { ...CUSTOMER, ...added, ...own },
      value,
    });
  });

  it('a position that is missing is asked for, and where a stream begins is not counted as one', () => {
    const stream = { topic: 'Stream' };
    expect(scraped.value('event_topic_gap_reads_total', stream)).toBe(1);
    expect(scraped.sample('event_topic_parkings_total', stream)).toMatchObject({
      labels: { code: 'Gap' },
      value: 1,
    });
  });

  it('a topic that is not there fails with its class and code, and its event gets older', async () => {
    const gone = { topic: 'Gone' };
    const failed = scraped.sample('event_topic_failed_attempts_total', gone);
    expect(failed).toMatchObject({ labels: { kind: 'configuration', code: 'NotFound' } });
    expect(failed?.value).toBeGreaterThanOrEqual(1);
    const age = scraped.value('event_topic_oldest_unpublished_seconds', gone) ?? 0;
    expect(age).toBeGreaterThan(1);
    await until(
      async () => ((await scrape(port)).value('event_topic_oldest_unpublished_seconds', gone) ?? 0) > age,
    );
  });

  it.each([WORKER_METRICS.batch, WORKER_METRICS.requestDuration, WORKER_METRICS.publishLatency])(
    '$name has the buckets that it is to have',
    ({ name, buckets }) => {
      const bounds = scraped.samples
        .filter((sample) => sample.name === `${name}_bucket` && sample.labels['topic'] === 'Customer')
        .map(({ labels }) => labels['le']);
      expect(bounds).toEqual([...buckets.map(String), '+Inf']);
    },
  );

  it('are named and typed as the reference says, and nothing else is', () => {
    const all = [...Object.values(WORKER_METRICS), ...Object.values(PUBLISHER_METRICS)];
    const typeOf = new Map(all.flatMap((metric) => seriesOf(metric).map((name) => [name, metric.kind])));
    const ours = scraped.samples.filter(({ name }) => name.startsWith('event_topic_'));
    expect(ours.length).toBeGreaterThan(50);
    for (const { name } of ours) {
      const family = name.replace(/_(bucket|count|sum)$/, '');
      expect(typeOf.get(name), name).toBe(scraped.types.get(family));
    }
  });

  it('have the names of Temporal that rules and dashboard ask for', () => {
    for (const name of [
      'temporal_long_request_total',
      'temporal_workflow_task_schedule_to_start_latency_seconds_bucket',
      'temporal_activity_schedule_to_start_latency_seconds_bucket',
      'temporal_workflow_task_execution_latency_seconds_count',
      'temporal_worker_task_slots_available',
      'temporal_sticky_cache_size',
    ])
      expect(
        scraped.samples.some(
          (sample) => sample.name === name && sample.labels['task_queue'] === 'event-topic',
        ),
        name,
      ).toBe(true);
  });
});
