// A worker process of the fault run: what an application would run, with a short timeout so that the run is quick.
import { SNSClient } from '@aws-sdk/client-sns';
import type { Info } from '@temporalio/activity';
import {
  type ActivityInboundCallsInterceptor,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
} from '@temporalio/worker';
import { SnsFifoPublisher, SnsPublisher } from 'temporal-event-topic/activities';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import type { PublishEventsInput } from '../../src/common/protocol/activities.ts';
import type { AttemptNews } from './attempts.ts';
import { httpEventLog } from './http-event-log.ts';

// It must not outlive the run.
process.once('disconnect', () => process.exit());

// What fails here fails on purpose.
const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
Runtime.install({
  logger: new DefaultLogger('ERROR', () => {}),
  telemetryOptions: { logging: { filter, forward: {} } },
});
const {
  TEMPORAL_ADDRESS: address = '',
  EVENT_TOPICS = '{}',
  EVENT_LOG_URL = '',
  REQUEST_TIMEOUT_MS,
  SDK_MAX_ATTEMPTS,
} = process.env;
const client = new SNSClient({ maxAttempts: Number(SDK_MAX_ATTEMPTS) });
const topicArns = JSON.parse(EVENT_TOPICS) as Record<string, string>;
const connection = await NativeConnection.connect({ address });
const tell = (news: AttemptNews): unknown => process.send?.(news);
const worker = await createEventTopicWorker({
  connection,
  interceptors: { activity: [({ info }) => ({ inbound: reportingAttempts(info, tell) })] },
  topics: Object.entries(topicArns).map(([topic, topicArn]) => {
    const options = { topicArn, client, requestTimeoutMs: Number(REQUEST_TIMEOUT_MS) };
    const publisher = topicArn.endsWith('.fifo') ? new SnsFifoPublisher(options) : new SnsPublisher(options);
    return { topic, publisher, eventLog: httpEventLog(EVENT_LOG_URL, topic) };
  }),
});
const running = worker.run();
process.send?.('ready');
await running;

/** Tells of every attempt whose input names aggregates: Temporal may begin the next one beside it. */
function reportingAttempts(
  info: Info,
  tell: (news: AttemptNews) => unknown,
): ActivityInboundCallsInterceptor {
  return {
    async execute({ args, ...input }, next) {
      const { topic = '', aggregates = [] } = (args[0] ?? {}) as Partial<PublishEventsInput>;
      if (aggregates.length === 0) return next({ args, ...input });
      const { workflowExecution, activityId, attempt } = info;
      const one = {
        activity: `${workflowExecution?.workflowId} ${workflowExecution?.runId} ${activityId}`,
        attempt,
        aggregates: aggregates.map(({ id }) => `${topic}/${id}`),
      };
      tell({ ...one, what: 'begins' });
      try {
        const result = await next({ args, ...input });
        tell({ ...one, what: 'completes' });
        return result;
      } catch (error) {
        tell({ ...one, what: 'fails' });
        throw error;
      }
    },
  };
}
