import { STSClient } from '@aws-sdk/client-sts';
import { AbstractSnsPublisher, type SNSDependencies } from '@message-queue-toolkit/sns';
import * as z from 'zod';
import { BenchEventSchema } from '../../event-schema.ts';
import { createSnsClient } from '../../sns-client.ts';
import type { Session, Setting } from '../../types.ts';

/** The envelope as the toolkit wants its messages: with a type and a time of its own. */
const Message = z.object({
  id: z.string(),
  meta: z.looseObject({ msgId: z.string() }),
  event: BenchEventSchema,
  timestamp: z.string(),
});

type Message = z.infer<typeof Message>;

/** As its readme has it: a class of one's own for each topic. */
class BenchPublisher extends AbstractSnsPublisher<Message> {
  constructor(dependencies: SNSDependencies, topicArn: string) {
    super(dependencies, {
      fifoTopic: true,
      messageGroupIdField: 'id',
      locatorConfig: { topicArn },
      messageSchemas: [Message],
      messageTypeResolver: { messageTypePath: 'event.type' },
    });
  }
}

/** Its publisher sends one message per call, and has no batches; calls are awaited in the order of the aggregate. */
export async function start({ topicArn, endpoint }: Setting): Promise<Session> {
  const snsClient = createSnsClient(endpoint);
  const publisher = new BenchPublisher(dependencies(snsClient), topicArn);
  await publisher.init();
  return {
    publish: async (messages, accepted) => {
      for (const message of messages) {
        const { id, meta, event } = message;
        // Without an explicit id, a topic must deduplicate by content.
        const options = { MessageDeduplicationId: meta.msgId };
        await publisher.publish({ id, meta: { ...meta }, event, timestamp: meta.time }, options);
        accepted(message);
      }
    },
    stop: async () => {
      await publisher.close();
      snsClient.destroy();
    },
  };
}

function dependencies(snsClient: SNSDependencies['snsClient']): SNSDependencies {
  const ignore = (): void => {};
  const logger = {
    level: 'silent',
    fatal: ignore,
    error: ignore,
    warn: ignore,
    info: ignore,
    debug: ignore,
    trace: ignore,
    silent: ignore,
    child: () => logger,
    isLevelEnabled: () => false,
  } as unknown as SNSDependencies['logger'];
  // Asked for the account of topics that are given by name only.
  const stsClient = new STSClient({ region: 'us-east-1' });
  return { snsClient, stsClient, logger, errorReporter: { report: ignore } };
}
