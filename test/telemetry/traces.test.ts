import { context, SpanKind, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/index.ts';
import { Customer, renamed } from '../support/customer.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { useEmulator } from '../support/topic-with-queue.ts';
import { type EndedSpan, traceTo } from './processes/tracing.ts';

const temporal = useTemporalDevServer();
const aws = useEmulator();

describe.each([
  { what: 'by themselves', temporalSpans: '' },
  { what: "beside Temporal's own", temporalSpans: 'yes' },
])('traces $what', ({ temporalSpans }) => {
  const taskQueue = `traces-${temporalSpans}`;
  const processes: RunningProcess[] = [];
  let topic: EventTopic<(typeof Customer)['event']>;

  beforeAll(async () => {
    traceTo((span) => ended.push(span));
    const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo: true });
    const { connection } = temporal.env;
    topic = new EventTopic(Customer, { client: temporal.env.client, taskQueue });
    const endpoint = String(
      await aws.emulator.sns.config.endpoint?.().then(({ port }) => `http://127.0.0.1:${port}`),
    );
    const env = {
      TEMPORAL_ADDRESS: connection.options.address,
      TASK_QUEUE: taskQueue,
      TOPIC_ARN: topicArn,
      QUEUE_URL: queueUrl,
      TEMPORAL_SPANS: temporalSpans,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    for (const role of ['worker', 'collector']) {
      const running = runNode(['--import', 'tsx', `test/telemetry/processes/${role}.ts`], env);
      running.child.stdout?.on('data', (chunk) => read(String(chunk)));
      processes.push(running);
    }
    await Promise.all(processes.map((running) => running.says('running')));
  }, 60_000);

  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGTERM');
    await Promise.all(processes.map(({ finished }) => finished));
    trace.disable();
    context.disable();
  }, 30_000);

  it('go from the caller of publish to the handler, and on to what it publishes', async () => {
    const caller = trace.getTracer('test').startSpan('PUT /customers');
    const message = renamed(`C-1${temporalSpans}`, `m-1${temporalSpans}`);
    await context.with(trace.setSpan(context.active(), caller), () => topic.publish([message]));
    caller.end();

    const { traceId, spanId } = caller.spanContext();
    const publish = await spanOf((span) => span.name === 'publish Customer' && span.traceId === traceId);
    expect(publish).toMatchObject({ kind: SpanKind.PRODUCER, parentSpanId: spanId });
    const send = await spanOf((span) => span.name === 'send Customer' && span.traceId === traceId);
    expect(send).toMatchObject({
      kind: SpanKind.CLIENT,
      parentSpanId: publish.spanId,
      attributes: {
        'messaging.system': 'aws.sns',
        'messaging.destination.name': 'Customer',
        'messaging.message.id': message.meta.msgId,
        'event_topic.aggregate.id': message.id,
      },
    });
    const process = await spanOf((span) => span.name === 'process Customer' && span.traceId === traceId);
    expect(process).toMatchObject({
      kind: SpanKind.CONSUMER,
      parentSpanId: publish.spanId,
      attributes: {
        'messaging.destination.subscription.name': 'Welcome',
        'messaging.message.id': message.meta.msgId,
        'event_topic.event.type': 'NameChanged',
      },
    });
    if (temporalSpans) {
      const linked = send.links.map(([, linkedId]) => linkedId);
      const activity = await spanOf((span) => linked.includes(span.spanId));
      expect(activity.name).toBe('RunActivity:eventTopicPublishEvents');
    }
    const next = await spanOf((span) => span.name === 'publish Greeting' && span.traceId === traceId);
    expect(next.parentSpanId).toBe(process.spanId);
  });

  it('go on with the trace in which a message was created, when it is published later', async () => {
    const creator = trace.getTracer('test').startSpan('order shoes');
    const message = context.with(trace.setSpan(context.active(), creator), () =>
      renamed(`S-1${temporalSpans}`, `s-1${temporalSpans}`),
    );
    creator.end();
    const { traceId, spanId } = creator.spanContext();
    expect(message.meta.traceparent).toBe(`00-${traceId}-${spanId}-01`);
    await topic.publish([message]);
    const process = await spanOf((span) => span.name === 'process Customer' && span.traceId === traceId);
    expect(process.parentSpanId).toBe(spanId);
  });

  it('link what leaves in one request for several callers, and are children of none of them', async () => {
    // Both wait until their publishers may go on: then they are ready together.
    const callers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const caller = trace.getTracer('test').startSpan(`caller ${index}`);
        const message = renamed(`B-${index}${temporalSpans}`, `b-${index}${temporalSpans}`);
        await context.with(trace.setSpan(context.active(), caller), () => topic.publish([message]));
        caller.end();
        return caller.spanContext().traceId;
      }),
    );
    const batch = await spanOf(
      ({ name, attributes, links }) =>
        name === 'send Customer' &&
        Number(attributes['messaging.batch.message_count']) > 1 &&
        links.some(([traceId]) => callers.includes(traceId)),
    );
    expect(callers).not.toContain(batch.traceId);
    expect(batch.parentSpanId).toBeUndefined();
    const linked = batch.links.filter(([traceId]) => callers.includes(traceId));
    const publishers = ended.filter(({ name }) => name === 'publish Customer').map(({ spanId }) => spanId);
    for (const [, spanId] of linked) expect(publishers).toContain(spanId);
  });
});

const ended: EndedSpan[] = [];
let rest = '';

function read(text: string): void {
  const lines = `${rest}${text}`.split('\n');
  rest = lines.pop() ?? '';
  ended.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as EndedSpan));
}

/** The first span that fits, when it has ended. */
async function spanOf(fits: (span: EndedSpan) => boolean): Promise<EndedSpan> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = ended.find(fits);
    if (found) return found;
    if (Date.now() > deadline)
      throw new Error(`No such span among ${ended.map(({ name }) => name).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
