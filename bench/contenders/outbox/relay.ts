// The outbox's relay, in a process of its own as a worker is: from PostgreSQL to SNS.
import { PublishCommand } from '@aws-sdk/client-sns';
import {
  createReplicationSegmentMutexConcurrencyController,
  type GeneralMessageHandler,
  getDisabledLogger,
  initializePollingMessageListener,
  initializeReplicationMessageListener,
} from 'pg-transactional-outbox';
import type { Database } from '../../../examples/postgres-server.ts';
import { serve } from '../../child.ts';
import { createSnsClient } from '../../sns-client.ts';
import { snsMessage } from '../../sns-message.ts';
import type { BenchMessage, Setting } from '../../types.ts';
import { type Usage, usageOfThisProcess } from '../../usage.ts';
import { type Listener, POLLING, pollingConfig, replicationConfig } from './config.ts';

/** What the relay's process is told when it is forked, as JSON in `BENCH_RELAY`. */
export interface RelaySetting extends Setting {
  readonly listener: Listener;
  readonly database: Database;
}

const answers = { usage: (): Usage => usageOfThisProcess() };

export type Relay = typeof answers;

const setting = JSON.parse(process.env['BENCH_RELAY'] ?? '') as RelaySetting;
const { topic, topicArn, endpoint, database, listener } = setting;
const sns = createSnsClient(endpoint);
const handler: GeneralMessageHandler = {
  handle: async ({ payload }) => {
    await sns.send(new PublishCommand(snsMessage(topic, topicArn, payload as BenchMessage)));
  },
};
if (listener === 'polling') {
  initializePollingMessageListener(pollingConfig(database), handler, getDisabledLogger(), {
    batchSizeStrategy: () => Promise.resolve(POLLING.batchSize),
  });
} else {
  initializeReplicationMessageListener(replicationConfig(database, topic), handler, getDisabledLogger(), {
    // An aggregate's messages one after the other, different aggregates' at the same time.
    concurrencyStrategy: createReplicationSegmentMutexConcurrencyController(),
  });
}
serve(answers);
