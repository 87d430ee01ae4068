// doctor and setup, against a system that is brought into wrong states. What an emulator cannot show, such as permissions and keys: test/unit/cli/doctor.
import { randomUUID } from 'node:crypto';
import {
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DefaultLogger, type Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { type RunningEmulator, startEmulator } from '../../src/cli/dev/emulator.ts';
import { choosePorts } from '../../src/cli/dev/ports.ts';
import { type Provisioned, provision } from '../../src/cli/dev/provision.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import type { Report } from '../../src/cli/doctor/report.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { defineEventTopic } from '../../src/event-topic.ts';
import { runCli } from '../support/cli.ts';
import { Customer, renames } from '../support/customer.ts';
import { createTestWorker, until } from '../support/publisher-worker.ts';
import { quietRuntime, useTemporalDevServer } from '../support/temporal.ts';

const MISSING_ARN = 'arn:aws:sns:us-east-1:000000000000:NoSuchEventTopic.fifo';
// A topic for each fault: what one test breaks, no other looks at.
const TOPICS = ['Healthy', 'NoPolicy', 'Wrapped', 'NoQueue', 'DeadLetters', 'Alone'];

// The worker has much to complain about here.
quietRuntime(new DefaultLogger('ERROR', () => {}));

describe('doctor', () => {
  const temporal = useTemporalDevServer();
  let emulator: RunningEmulator;
  let provisioned: Provisioned;
  let sns: SNSClient;
  let sqs: SQSClient;
  let worker: Worker;
  let running: Promise<void>;
  const taskQueue = `doctor-${randomUUID()}`;

  beforeAll(async () => {
    const [port = 0] = await choosePorts([{ option: '--aws-port', server: 'SNS and SQS', port: 0 }]);
    emulator = await startEmulator(port);
    process.env['AWS_ENDPOINT_URL'] = emulator.endpoint;
    sns = new SNSClient();
    sqs = new SQSClient();
    const collectors = TOPICS.map((name) => ({ name, topics: [name] }));
    provisioned = await provision(emulator.endpoint, { topics: TOPICS, collectors });
    const publisher = new SnsFifoPublisher({ topicArn: MISSING_ARN, client: sns });
    worker = await createTestWorker(temporal.env, { topic: Customer, publisher }, { taskQueue });
    running = worker.run();
  });
  afterAll(async () => {
    worker?.shutdown();
    await running;
    sns.destroy();
    sqs.destroy();
    await emulator.close();
  });

  const topicArn = (topic: string): string => provisioned.topics[topic] ?? '';
  const queueUrl = (topic: string): string => provisioned.collectors[topic]?.queueUrl ?? '';
  const doctor = async (...argv: string[]): Promise<Report & { exitCode: number }> => {
    const env = { ...process.env, TEMPORAL_ADDRESS: temporal.env.address, EVENT_TOPIC_TASK_QUEUE: taskQueue };
    const { exitCode, stdout, stderr } = await runCli(['doctor', '--json', ...argv], env);
    expect(stderr).toBe('');
    return { ...(JSON.parse(stdout) as Report), exitCode };
  };
  const complaints = ({ findings }: Report): readonly string[] =>
    findings
      .filter(({ level }) => level !== 'ok')
      .map(({ level, check, fact }: Finding) => `${level} ${check}: ${fact}`);

  it('has nothing to say against a system that is well, and publishes nothing to see that', async () => {
    const report = await doctor('--topic-arn', topicArn('Healthy'));
    expect(complaints(report)).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, healthy: true });
    expect(report.findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'server',
        'namespace',
        'task queue',
        'clock',
        'parked',
        'publishers',
        'topic',
        'permission',
      ]),
    );
    expect(report.findings.find(({ check }) => check === 'task queue')?.fact).toMatch(
      /^Served by \d+@\S+ \(@temporalio\/worker@[\d.]+\+[0-9a-f]{8}\)$/,
    );
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl('Healthy'), AttributeNames: ['All'] });
    expect((await sqs.send(command)).Attributes).toMatchObject({ ApproximateNumberOfMessages: '0' });
  });

  it.each<[what: string, topic: string, bring: () => Promise<unknown>, complaint: string]>([
    [
      'a queue policy that is missing',
      'NoPolicy',
      () =>
        sqs.send(
          new SetQueueAttributesCommand({ QueueUrl: queueUrl('NoPolicy'), Attributes: { Policy: '' } }),
        ),
      'wrong queue: Its policy does not let',
    ],
    [
      'a subscription that is not raw',
      'Wrapped',
      async () =>
        sns.send(
          new SetSubscriptionAttributesCommand({
            SubscriptionArn: await subscriptionOf(sns, topicArn('Wrapped')),
            AttributeName: 'RawMessageDelivery',
            AttributeValue: 'false',
          }),
        ),
      "warn subscription: Delivers in SNS's envelope",
    ],
    [
      'a queue that is gone',
      'NoQueue',
      () => sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl('NoQueue') })),
      'wrong queue: There is no such queue',
    ],
    [
      'events that were set aside',
      'DeadLetters',
      () =>
        sqs.send(
          new SendMessageCommand({
            QueueUrl: provisioned.collectors['DeadLetters']?.deadLetterQueueUrl,
            MessageBody: 'x',
            MessageGroupId: 'g',
            MessageDeduplicationId: 'd',
          }),
        ),
      'wrong dead letters: 1 set aside',
    ],
    [
      'a topic to which nothing is subscribed',
      'Alone',
      async () =>
        sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionOf(sns, topicArn('Alone')) })),
      'warn topic: Nothing is subscribed to it',
    ],
  ])('finds %s', async (_what, topic, bring, complaint) => {
    await bring();
    const report = await doctor('--topic-arn', topicArn(topic));
    expect(complaints(report)).toEqual([expect.stringContaining(complaint)]);
    const isWrong = complaint.startsWith('wrong');
    expect(report).toMatchObject({ exitCode: isWrong ? 3 : 0, healthy: !isWrong });
  });

  it('finds a wrong ARN, and the publishers that fail at it', async () => {
    const topic = new EventTopic(Customer, { client: temporal.env.client, taskQueue });
    await topic.publish(renames('a', 1, 1));
    await until(async () => complaints(await doctor('Customer', '--topic-arn', MISSING_ARN)).length === 2);
    const report = await doctor('Customer', '--topic-arn', MISSING_ARN);
    expect(complaints(report)).toEqual([
      expect.stringMatching(/^wrong publishers: 1 of 1 open tries again and again: .*NotFound/),
      expect.stringContaining('wrong topic: There is no such SNS topic'),
    ]);
  });

  it('finds an aggregate that is parked', async () => {
    const Positioned = defineEventTopic({ name: 'Positioned', event: Customer.event, ordering: 'position' });
    const topic = new EventTopic(Positioned, { client: temporal.env.client, taskQueue });
    const [one, other] = renames('p', 1, 2).map((message) => ({ ...message, position: 1 }));
    await topic.publish([one, other].flatMap((message) => message ?? []).slice(0, 1));
    await topic.publish([one, other].flatMap((message) => message ?? []).slice(1));
    await until(async () => (await topic.parked()).length === 1);
    expect(complaints(await doctor('Positioned'))).toContainEqual(
      expect.stringMatching(/^wrong parked: 1 aggregate is parked; the first is p, at .*: PositionConflict$/),
    );
  });

  it('finds an aggregate that was paused and forgotten', async () => {
    const Paused = defineEventTopic({ name: 'Paused', event: Customer.event });
    const topic = new EventTopic(Paused, { client: temporal.env.client, taskQueue });
    await topic.pause('C-1', { actor: 'ada', reason: 'its read model is rebuilt' });
    await topic.pause('C-2', { actor: 'ada', reason: 'a moment' });
    await topic.resume('C-2', { actor: 'ada', reason: 'over' });
    const paused = async (): Promise<readonly string[]> =>
      complaints(await doctor('Paused')).filter((one) => one.startsWith('warn paused'));
    await until(async () => (await paused()).length > 0);
    expect(await paused()).toEqual([
      expect.stringMatching(
        /^warn paused: 1 aggregate is paused, of those looked at; the first is C-1, by ada since .*: its read model is rebuilt$/,
      ),
    ]);
  });

  it('finds that no worker serves the task queue, and that a namespace is not there', async () => {
    expect(complaints(await doctor('--task-queue', 'nobody', '--topic-arn', topicArn('Healthy')))).toEqual([
      expect.stringContaining('wrong task queue: No worker serves it in the namespace default'),
    ]);
    const { findings } = await doctor('--namespace', 'nowhere', '--topic-arn', topicArn('Healthy'));
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'wrong',
        check: 'namespace',
        next: expect.stringContaining('event-topic setup --yes'),
      }),
    );
  });

  it('looks at AWS also when Temporal does not answer', async () => {
    const report = await doctor('--address', '127.0.0.1:1', '--topic-arn', topicArn('Healthy'));
    expect(complaints(report)).toEqual([expect.stringContaining('wrong server: Temporal does not answer')]);
    expect(report.findings.map(({ check }) => check)).toContain('queue');
  });

  it('takes the topics of EVENT_TOPICS, as the worker does, and says each next step in text', async () => {
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: temporal.env.address,
      EVENT_TOPIC_TASK_QUEUE: 'nobody',
      EVENT_TOPICS: JSON.stringify({ Healthy: topicArn('Healthy') }),
    };
    const { exitCode, stdout, stderr } = await runCli(['doctor'], env);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^wrong {2}task queue {4}nobody: No worker .*\n +next: Start a worker/m);
    expect(stdout).toMatch(/^ok {5}topic {9}HealthyEventTopic\.fifo: FIFO/m);
    expect(stderr).toMatch(/^1 wrong, 0 to know, \d+ ok\n$/);
    const wrong = await runCli(['doctor'], { ...env, EVENT_TOPICS: '{"Healthy":"nonsense"}' });
    expect(wrong).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('INVALID_ENVIRONMENT'),
    });
  });

  it('sets up a namespace only when it is told to', async () => {
    const env = { ...process.env, TEMPORAL_ADDRESS: temporal.env.address };
    const setup = async (
      ...argv: string[]
    ): Promise<{ exitCode: number; steps: { state: string; step: string }[] }> => {
      const { exitCode, stdout } = await runCli(['setup', '--json', '--namespace', 'shop', ...argv], env);
      return { exitCode, steps: JSON.parse(stdout).steps };
    };
    expect(await setup()).toMatchObject({ exitCode: 3, steps: [{ state: 'missing', step: 'namespace' }] });
    expect(await setup('--yes', '--retention-days', '3')).toMatchObject({
      exitCode: 0,
      steps: [{ state: 'done' }, { state: 'ok', step: 'search attributes' }],
    });
    const { steps } = await setup();
    expect(steps[0]).toMatchObject({
      state: 'ok',
      fact: 'shop is there, and keeps closed workflows for 3 days',
    });
  });
});

async function subscriptionOf(sns: SNSClient, TopicArn: string): Promise<string> {
  const { Subscriptions: [subscription] = [] } = await sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn }),
  );
  return subscription?.SubscriptionArn ?? '';
}
