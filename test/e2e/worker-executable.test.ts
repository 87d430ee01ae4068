import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../examples/free-port.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { Customer, renames } from '../support/customer.ts';
import { receiveAll, useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { until } from '../support/publisher-worker.ts';
import { runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/worker.js');
const ARN = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo';

describe('event-topic-worker', () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();

  const environment = (): Record<string, string> => ({
    EVENT_TOPICS: JSON.stringify(emulator.eventTopics),
    TEMPORAL_ADDRESS: temporal.env.address,
    AWS_ENDPOINT_URL_SNS: emulator.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });

  it('publishes for topics given only by environment variables, and stops on SIGTERM', async () => {
    const worker = runNode([EXECUTABLE], {
      ...environment(),
      LOG_FORMAT: 'text',
      // As on a user's machine; the tests switch the AWS SDK's notice off.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined,
    });
    await worker.says('RUNNING');
    const messages = [...renames('a', 1, 12), ...renames('b', 1, 12)];
    await new EventTopic(Customer, { client: temporal.env.client }).publish(messages);

    for (const queueUrl of Object.values(emulator.collectors)) {
      const received = await receiveAll(emulator.endpoint, queueUrl, messages.length);
      const events = received.map(({ Body = '' }) => JSON.parse(Body));
      const ofAggregate = (id: string) => events.filter((event) => event.id === id);
      expect(ofAggregate('a')).toEqual(renamesAs(messages, 'a'));
      expect(ofAggregate('b')).toEqual(renamesAs(messages, 'b'));
      expect(received).toHaveLength(messages.length);
      expect(received[0]?.MessageAttributes?.['eventType']?.StringValue).toBe('NameChanged');
    }

    worker.child.kill('SIGTERM');
    const { code, stderr } = await worker.finished;
    expect(code).toBe(0);
    expect(stderr).toContain(`[topic=Customer to=${emulator.eventTopics['Customer']}]`);
    // One line per entry, and no bundling: the prebuilt bundle fits.
    expect(stderr.trim().split('\n')).toSatisfy((lines: string[]) =>
      lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z (INFO |WARN |ERROR) /.test(line)),
    );
    expect(stderr).not.toContain('bundle created');
    const isOld = Number.parseInt(process.versions.node, 10) < 22;
    expect(stderr.split('\n').filter((line) => line.includes('January 2027'))).toHaveLength(isOld ? 1 : 0);
  });

  it('is ready when it polls, and shows its metrics to Prometheus, with labels', async () => {
    const [health, metrics] = [await freePort(), await freePort()];
    const worker = runNode([EXECUTABLE], {
      ...environment(),
      HEALTH_ADDRESS: `127.0.0.1:${health}`,
      METRICS_ADDRESS: `127.0.0.1:${metrics}`,
    });
    try {
      const codes = await Promise.all(['livez', 'readyz'].map((path) => firstCode(health, path)));
      expect(codes).toEqual([200, 503]);
      await until(async () => (await firstCode(health, 'readyz')) === 200);
      const topic = new EventTopic(Customer, { client: temporal.env.client });
      await topic.publish(renames('metrics', 1, 3), { waitFor: 'published' });

      const response = await fetch(`http://127.0.0.1:${metrics}/metrics`);
      const text = await response.text();
      const ofWorker = '[^}]*namespace="default"[^}]*task_queue="event-topic"';
      for (const metric of [
        `temporal_workflow_task_execution_latency_seconds_bucket{${ofWorker}[^}]*le="[0-9.]+"`,
        `temporal_activity_execution_latency_seconds_count{[^}]*activity_type="[^"]+"${ofWorker}`,
        `temporal_request_total{[^}]*operation="[A-Za-z]+"`,
      ])
        expect(text).toMatch(new RegExp(metric.replaceAll(/\{(?=\[)/g, '\\{')));
    } finally {
      worker.child.kill('SIGTERM');
    }
    expect((await worker.finished).code).toBe(0);
  });

  it('keeps as few publishers in memory as it is told to, and tells where they wait when it is asked to', async () => {
    const metrics = await freePort();
    const worker = runNode([EXECUTABLE], {
      ...environment(),
      METRICS_ADDRESS: `127.0.0.1:${metrics}`,
      EVENT_TOPIC_MAX_CACHED_WORKFLOWS: '2',
      EVENT_TOPIC_STACK_TRACES: 'on',
    });
    try {
      const ids = ['one', 'two', 'three', 'four'];
      const topic = new EventTopic(Customer, { client: temporal.env.client });
      await topic.publish(
        ids.flatMap((id) => renames(id, 1, 1)),
        { waitFor: 'published' },
      );
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      expect(Number(/^temporal_sticky_cache_size\{.*\} (\d+)$/m.exec(text)?.[1])).toBeLessThanOrEqual(2);

      const publisher = temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'one'));
      expect(await publisher.query('__stack_trace')).toMatch(/ at PublisherRun\.run \(/);
    } finally {
      worker.child.kill('SIGTERM');
    }
    expect((await worker.finished).code).toBe(0);
  });

  it('sends its metrics by OTLP, as the variables of OpenTelemetry say', async () => {
    const received: { url: string; header: string; bytes: number }[] = [];
    const collector = createServer(async (request, response) => {
      const bytes = (await buffer(request)).length;
      received.push({ url: request.url ?? '', header: String(request.headers['x-tenant']), bytes });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const worker = runNode([EXECUTABLE], {
      ...environment(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=shop',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
    });
    try {
      await until(() => received.length > 0);
      expect(received[0]).toMatchObject({ url: '/v1/metrics', header: 'shop' });
      expect(received[0]?.bytes).toBeGreaterThan(100);
    } finally {
      worker.child.kill('SIGTERM');
      await worker.finished;
      collector.closeAllConnections();
      collector.close();
    }
  });
});

/** HTTP status of the first answer: before it, nobody listens. */
async function firstCode(port: number, path: string): Promise<number> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`).catch(() => undefined);
    if (response) return response.status;
    await sleep(5);
  }
}

function renamesAs(messages: ReturnType<typeof renames>, id: string): unknown[] {
  return messages.filter((message) => message.id === id);
}

describe('event-topic-worker says what is wrong', () => {
  it.each([
    ['no topics', {}, 2, 'INVALID_ENVIRONMENT Neither EVENT_TOPICS nor EVENT_TOPICS_FILE is set'],
    ['an ARN that is no ARN', { EVENT_TOPICS: '{"Customer":"nonsense"}' }, 2, 'Not the ARN of an SNS topic'],
    ['a file that is not there', { EVENT_TOPICS_FILE: '/nowhere.json' }, 2, '/nowhere.json cannot be read'],
    [
      'a Temporal that does not answer',
      { EVENT_TOPICS: JSON.stringify({ Customer: ARN }), TEMPORAL_ADDRESS: '127.0.0.1:1' },
      1,
      'TEMPORAL_UNREACHABLE Temporal does not answer',
    ],
  ])('%s', async (_what, env, code, message) => {
    const finished = await runNode([EXECUTABLE], { ...env, LOG_FORMAT: 'text' }).finished;
    expect(finished).toMatchObject({ code, stdout: '' });
    expect(finished.stderr).toMatch(/^event-topic-worker: [A-Z_]+ /);
    expect(finished.stderr).toContain(message);
    expect(finished.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('in a line of JSON when nobody sits at a terminal', async () => {
    const { code, stderr } = await runNode([EXECUTABLE], { LOG_LEVEL: 'loud', METRICS_ADDRESS: 'here' })
      .finished;
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ level: 'ERROR', code: 'INVALID_ENVIRONMENT' });
    for (const name of ['EVENT_TOPICS', 'LOG_LEVEL', 'METRICS_ADDRESS']) expect(stderr).toContain(name);
  });
});
