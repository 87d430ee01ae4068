// A consumer in a process of its own. It loads what it uses itself, and nothing of the others.
import type { Database } from '../../examples/postgres-server.ts';
import { serve } from '../child.ts';
import { createSqsClient } from '../sqs-client.ts';
import { type Consumed, Consumption } from './consumption.ts';
import type { ConsumerName, StartConsumer } from './index.ts';

/** What it is told when it is forked, as JSON in `BENCH_CONSUMER`. */
export interface ConsumerSetting {
  readonly consumer: ConsumerName;
  readonly endpoint: string;
  readonly pollers: number;
  readonly database: Database | undefined;
}

const MODULES: Readonly<Record<ConsumerName, () => Promise<{ readonly start: StartConsumer }>>> = {
  bare: () => import('./bare.ts'),
  powertools: () => import('./powertools.ts'),
  'collector-memory': () => import('./collector-memory.ts'),
  'bare-postgres': () => import('./bare-postgres.ts'),
  'collector-postgres': () => import('./collector-postgres.ts'),
};

const { consumer, endpoint, ...setting } = JSON.parse(process.env['BENCH_CONSUMER'] ?? '') as ConsumerSetting;
const { start } = await MODULES[consumer]();

const answers = {
  consume: async ({ queueUrl, messages }: { queueUrl: string; messages: number }): Promise<Consumed> => {
    const client = createSqsClient(endpoint);
    const consumption = new Consumption(client, messages);
    const allDeleted = consumption.untilDeleted();
    const stop = await start({ ...setting, client, queueUrl, handled: consumption.handled });
    const consumed = await allDeleted;
    await stop();
    client.destroy();
    return consumed;
  },
};

export type ConsumerProcess = typeof answers;

serve(answers);
