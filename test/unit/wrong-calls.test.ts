// Whoever calls this package wrongly is told so by it, and not by a TypeError from inside it: every export of every subpath.
import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import * as activities from '../../src/activities/index.ts';
import * as claimCheck from '../../src/claim-check/index.ts';
import * as client from '../../src/client/index.ts';
import * as collectorDynamodb from '../../src/collector/dynamodb/index.ts';
import * as collector from '../../src/collector/index.ts';
import * as lambda from '../../src/collector/lambda/index.ts';
import * as collectorPostgres from '../../src/collector/postgres/index.ts';
import * as tools from '../../src/collector/tools/index.ts';
import * as castore from '../../src/event-log/castore/index.ts';
import * as dynamodb from '../../src/event-log/dynamodb/index.ts';
import * as emmett from '../../src/event-log/emmett/index.ts';
import * as eventLog from '../../src/event-log/index.ts';
import * as postgres from '../../src/event-log/postgres/index.ts';
import * as root from '../../src/index.ts';
import * as testing from '../../src/testing/index.ts';
import * as worker from '../../src/worker.ts';
import { FakeTemporal } from '../support/fake-temporal.ts';
import { Customer, customerMessage } from '../support/messages.ts';

type Call = (...args: readonly never[]) => unknown;

/** How each export is called; its arguments are what a caller got wrong. */
const calls: Readonly<Record<string, Readonly<Record<string, Call | string>>>> = {
  '.': {
    EventTopicError: 'thrown by the package',
    InvalidMessagesError: 'thrown by the package',
    NotPublishedError: 'thrown by the package',
    PublishError: 'thrown by the package',
    PublishStreamError: 'thrown by the package',
    isEventTopicError: 'takes anything',
    messageMetaSchema: 'a schema of zod',
    DEFAULT_TASK_QUEUE: 'a text',
    createMeta: root.createMeta,
    createMetaCausedBy: root.createMetaCausedBy,
    defineEventTopic: root.defineEventTopic,
    messageDeduplicationId: root.messageDeduplicationId,
    messageGroupId: root.messageGroupId,
    partitionOf: root.partitionOf,
    partitionWorkflowId: root.partitionWorkflowId,
    publisherWorkflowId: root.publisherWorkflowId,
    toWireMessage: root.toWireMessage,
    wireSize: root.wireSize,
  },
  client: { EventTopic: (...args) => new client.EventTopic(...(args as unknown as [never, never])) },
  activities: {
    classifyError: 'takes anything',
    errorFacts: 'takes anything',
    createPublishActivities: activities.createPublishActivities,
    createReadStreamActivities: activities.createReadStreamActivities,
    InMemoryPublisher: orNothing((options) => new activities.InMemoryPublisher(options)),
    SnsFifoPublisher: (options) => new activities.SnsFifoPublisher(options),
    SnsPublisher: (options) => new activities.SnsPublisher(options),
    SqsDeadLetterQueue: (options) => new activities.SqsDeadLetterQueue(options),
  },
  'claim-check': {
    // An empty text is no pointer, and no mistake.
    readPointer: textToo(claimCheck.readPointer),
    resolveBody: textToo(claimCheck.resolveBody),
    S3ClaimCheck: (options) => new claimCheck.S3ClaimCheck(options),
  },
  collector: {
    defineEventMapper: collector.defineEventMapper,
    defineReadModel: collector.defineReadModel,
    defineSideEffectHandler: collector.defineSideEffectHandler,
    EventCollector: (options) => new collector.EventCollector(options),
    MemoryInbox: orNothing((options) => new collector.MemoryInbox(options)),
    RefusedEvent: 'thrown by handlers',
    transactionOf: 'takes nothing',
    upcast: collector.upcast,
  },
  'collector/dynamodb': {
    DynamoDbInbox: (options) => new collectorDynamodb.DynamoDbInbox(options),
    inboxTable: collectorDynamodb.inboxTable,
    inboxTimeToLive: collectorDynamodb.inboxTimeToLive,
  },
  'collector/lambda': { createSqsEventHandler: lambda.createSqsEventHandler },
  'collector/postgres': {
    createInboxTables: orNothing(collectorPostgres.createInboxTables),
    PostgresInbox: (options) => new collectorPostgres.PostgresInbox(options),
  },
  'collector/tools': {
    redrive: tools.redrive,
    removeLeftTails: tools.removeLeftTails,
    tail: (...args) => tools.tail(...(args as unknown as [never, never])),
  },
  'event-log': {
    appendAndPublish: eventLog.appendAndPublish,
    EventLogRelay: (...args) => new eventLog.EventLogRelay(...(args as unknown as [never, never])),
  },
  'event-log/castore': { castoreEventLog: castore.castoreEventLog },
  'event-log/dynamodb': {
    createDynamoDbStreamHandler: dynamodb.createDynamoDbStreamHandler,
    DynamoDbStreamReader: (options) => new dynamodb.DynamoDbStreamReader(options),
  },
  'event-log/emmett': {
    createEmmettIndex: 'takes nothing',
    emmettEventLog: emmett.emmettEventLog,
  },
  'event-log/postgres': {
    createEventLogTable: orNothing(postgres.createEventLogTable),
    createEventLogWakeUp: orNothing(postgres.createEventLogWakeUp),
    PostgresEventLog: (options) => new postgres.PostgresEventLog(options),
  },
  worker: {
    createEventTopicWorker: worker.createEventTopicWorker,
    EventTopicPlugin: (options) => new worker.EventTopicPlugin(options),
    HISTOGRAM_BUCKETS: 'is no function',
  },
  testing: {
    eventLogContract: testing.eventLogContract,
    eventPublisherContract: testing.eventPublisherContract,
    EventTopicTestEnvironment: testing.EventTopicTestEnvironment.create,
    inboxContract: testing.inboxContract,
    InMemoryEventTopic: (...args) => new testing.InMemoryEventTopic(...(args as unknown as [never])),
    InMemoryPublisher: orNothing((options) => new testing.InMemoryPublisher(options)),
    messageVectors: 'takes nothing',
    startTemporalDevServer: orNothing(testing.startTemporalDevServer),
    startTimeSkippingServer: orNothing(testing.startTimeSkippingServer),
    testEventMapper: testing.testEventMapper,
    testReadModel: testing.testReadModel,
    testSideEffect: testing.testSideEffect,
  },
};

/** Its options may be left out. */
function orNothing(call: Call): Call {
  return (...args) => call(...(args[0] === undefined ? [null as never] : args));
}

function textToo(call: Call): Call {
  return (...args) => call(...(args[0] === '' ? [] : args));
}

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return 'no error';
  } catch (error) {
    return error;
  }
}

const ARN = 'arn:aws:sns:eu-west-1:123456789012:CustomerEventTopic.fifo';
const topicOf = () => new client.EventTopic(Customer, { client: new FakeTemporal().client });

const ours = expect.objectContaining({ code: expect.stringMatching(/^(INVALID_|OPERATION_REFUSED)/) });

const subpaths = {
  '.': root,
  client,
  activities,
  'claim-check': claimCheck,
  collector,
  'collector/dynamodb': collectorDynamodb,
  'collector/lambda': lambda,
  'collector/postgres': collectorPostgres,
  'collector/tools': tools,
  'event-log': eventLog,
  'event-log/castore': castore,
  'event-log/dynamodb': dynamodb,
  'event-log/emmett': emmett,
  'event-log/postgres': postgres,
  worker,
  testing,
};

describe.each(Object.entries(subpaths))('the exports of %s', (subpath, exports) => {
  const listed = calls[subpath] ?? {};

  it('are all in this table', () => {
    expect(Object.keys(exports).sort()).toEqual(Object.keys(listed).sort());
  });

  const callable = Object.entries(listed).filter(
    (entry): entry is [string, Call] => typeof entry[1] !== 'string',
  );
  const given = [[], [null], [5], [[]], ['']];
  const cases = callable.flatMap(([name, call]) => given.map((args) => ({ name, call, args })));

  it.each(cases)('$name of $args is refused by the package itself', async ({ call, args }) => {
    expect(await errorOf(() => call(...(args as never[])))).toEqual(ours);
  });
});

describe('the methods of an EventTopic', () => {
  const temporal = new FakeTemporal();
  const topic = new client.EventTopic(Customer, { client: temporal.client });
  const names = [
    'publish',
    'publishJson',
    'publishJsonStream',
    'status',
    'retry',
    'skip',
    'replace',
    'pause',
    'resume',
    'republish',
    'publishStored',
  ];
  const synchronous = ['check', 'getRepublish'];
  const methods = topic as unknown as Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

  it('are all in this table', () => {
    const all = Object.getOwnPropertyNames(client.EventTopic.prototype).filter(
      (name) => name !== 'constructor',
    );
    expect(all.sort()).toEqual([...names, ...synchronous, 'parked'].sort());
  });

  it.each(synchronous.flatMap((name) => [[], [null], [5], ['']].map((args) => ({ name, args }))))(
    '$name of $args throws an error of the package',
    ({ name, args }) => {
      expect(() => methods[name]?.apply(topic, args)).toThrow(ours);
    },
  );

  it.each(names.flatMap((name) => [[], [null], [5], ['']].map((args) => ({ name, args }))))(
    '$name of $args rejects with an error of the package, and sends nothing',
    async ({ name, args }) => {
      const promise = methods[name]?.apply(topic, args);
      expect(promise).toBeInstanceOf(Promise);
      expect(await errorOf(() => promise)).toEqual(ours);
      expect(temporal.sent).toEqual([]);
    },
  );

  it.each(['retry', 'skip', 'replace', 'pause', 'resume'])(
    '%s without who and why is refused',
    async (name) => {
      const error = await errorOf(() => methods[name]?.call(topic, 'C-1'));
      expect(error).toMatchObject({
        code: 'OPERATION_REFUSED',
        message:
          'Actor and reason are missing [topic=Customer id=C-1]. Say who operates and why: it is kept in the history',
      });
    },
  );

  it.each<[string, unknown[], string]>([
    ['publish', [customerMessage(1)], 'messages is an array of messages, not an object'],
    ['publish', [null], 'messages is an array of messages, not null'],
    ['publish', [[], { waitFor: 'x' }], `options.waitFor is 'accepted' or 'published', not 'x'`],
    [
      'publish',
      [[], { waitFor: 'published', timeout: -1 }],
      'options.timeout is a number of milliseconds from 0',
    ],
    [
      'publish',
      [[], { waitfor: 'published' }],
      'options.waitfor is no option; did you mean options.waitFor?',
    ],
    ['publishJsonStream', [5], 'source is an iterable or async iterable of messages, not the number 5'],
    [
      'publishJsonStream',
      [[], { maxInflight: 5 }],
      'options.maxInflight is no option; did you mean options.maxInFlight?',
    ],
    ['status', [], 'id is a text that is not empty, not nothing'],
    [
      'retry',
      ['C-1', { actor: 'ada', raeson: 'x' }],
      'Actor and reason are missing; raeson is no option; did you mean reason?',
    ],
  ])('%s says what was expected and what came: %j', async (name, args, fault) => {
    expect(await errorOf(() => methods[name]?.apply(topic, args))).toMatchObject({
      message: expect.stringContaining(fault),
    });
  });
});

describe('options that nobody reads', () => {
  it.each<[string, () => unknown, string]>([
    [
      'of a topic',
      () => root.defineEventTopic({ name: 'A', event: z.any(), partition: 4 } as never),
      'partition is no option; did you mean partitions?',
    ],
    [
      'of a client',
      () => new client.EventTopic(Customer, { client: new FakeTemporal().client, taskqueue: 'a' } as never),
      'taskqueue is no option; did you mean taskQueue?',
    ],
    [
      'of its settings',
      () =>
        new client.EventTopic(Customer, {
          client: new FakeTemporal().client,
          settings: { linger: 5 },
        } as never),
      'settings.linger is no option; did you mean settings.lingerMs?',
    ],
    [
      'of a publisher',
      () =>
        new activities.SnsFifoPublisher({ topicArn: 'a', client: { send() {} }, requestTimeout: 5 } as never),
      'requestTimeout is no option; did you mean requestTimeoutMs?',
    ],
    [
      'of a claim check',
      () => new claimCheck.S3ClaimCheck({ bucket: 'bucket', client: { send() {} }, prefx: 'a' } as never),
      'prefx is no option; did you mean prefix?',
    ],
    [
      'of a worker’s topic',
      () =>
        new worker.EventTopicPlugin({ topics: [{ topic: 'A', publisher: {}, onRefuse: 'park' }] } as never),
      'topics[0].onRefuse is no option; did you mean topics[0].onRefused?',
    ],
  ])('%s are refused, with the nearest that there is', async (_what, call, fault) => {
    expect(await errorOf(call)).toMatchObject({ message: expect.stringContaining(fault) });
  });

  it('of a worker that this package sets itself are refused too', async () => {
    const options = { topics: [], activities: {}, workflowsPath: 'a' } as never;
    expect(await errorOf(() => worker.createEventTopicWorker(options))).toMatchObject({
      code: 'INVALID_WORKER',
      message: expect.stringContaining('activities is set by this package'),
    });
  });
});

it('a client without a client is refused at once', async () => {
  expect(await errorOf(() => new client.EventTopic(Customer, {} as never))).toMatchObject({
    code: 'INVALID_CLIENT',
    message: expect.stringContaining('client is missing: it is a Client of @temporalio/client'),
  });
});

it.each([
  ['an async refinement', z.object({ a: z.array(z.string().refine(async () => true)) })],
  [
    'an async transform',
    z.object({
      a: z
        .string()
        .transform(async (text) => text)
        .optional(),
    }),
  ],
])('a topic whose schema has %s is refused when it is defined', async (_what, event) => {
  expect(await errorOf(() => root.defineEventTopic({ name: 'A', event }))).toMatchObject({
    code: 'INVALID_TOPIC',
    message: expect.stringContaining('event has an async refinement or transform'),
  });
});

it('a schema that refers to itself is looked through once', () => {
  const Category = z.object({
    name: z.string(),
    get parts() {
      return z.array(Category);
    },
  });
  const Lazy: z.ZodType = z.lazy(() => z.union([z.string(), z.array(Lazy)]));
  expect(root.defineEventTopic({ name: 'A', event: z.union([Category, Lazy]) }).name).toBe('A');
});

it('a schema that makes new ones of itself whenever it is asked is looked at only so far', () => {
  const tree = (): z.ZodType =>
    z.object({
      get left() {
        return tree();
      },
      get right() {
        return tree();
      },
    });
  expect(root.defineEventTopic({ name: 'A', event: tree() }).name).toBe('A');
});

it.each<[string, () => unknown, string]>([
  [
    'a size that no topic has',
    () =>
      new activities.SnsFifoPublisher({ topicArn: ARN, client: { send() {} } as never, maxMessageBytes: -1 }),
    'maxMessageBytes is 1,024 to 1,048,576',
  ],
  [
    'a server that there is not',
    () => testing.EventTopicTestEnvironment.create({ topics: [Customer], mode: 'fast' as never }),
    "mode is 'local' or 'time-skipping'",
  ],
  [
    'what the environment sets itself',
    () => testing.EventTopicTestEnvironment.create({ topics: [], worker: { taskQueue: 'a' } as never }),
    'worker.taskQueue is set by the environment: leave it out',
  ],
  ['a text, which may be an event', () => topicOf().publish('{"name":"Ada"}' as never), 'not a text.'],
])('%s is refused', async (_what, call, fault) => {
  expect(await errorOf(call)).toMatchObject({ message: expect.stringContaining(fault) });
});
