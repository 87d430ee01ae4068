import { appendFile } from 'node:fs/promises';
import { EventCollector } from '../../../../src/collector/event-collector.ts';
import type { CollectorLogger } from '../../../../src/collector/logger.ts';
import type { Stage } from '../stage.ts';

export type CustomerCollectorOptions = Omit<
  ConstructorParameters<typeof EventCollector>[0],
  'queueUrl' | 'client'
>;

/** Reads the queue of the read model until the scenario is over. What it logs stands in `collector.log`. */
export async function startCollector(stage: Stage, options: CustomerCollectorOptions): Promise<void> {
  const { queueUrl, sqs: client } = stage;
  const collector = new EventCollector({
    waitSeconds: 1,
    retrySeconds: { first: 1, most: 2 },
    logger: fileLogger(stage.path('collector.log')),
    ...options,
    queueUrl,
    client,
  } as ConstructorParameters<typeof EventCollector>[0]);
  await collector.start();
  stage.onEnd(() => collector.stop());
}

/** As the collector's own logger, which writes to the console. */
function fileLogger(path: string): CollectorLogger {
  const log = (message: string, facts: object): void => {
    const given = Object.entries(facts).filter(([, value]) => value !== undefined);
    void appendFile(path, `${message} [${given.map(([key, value]) => `${key}=${value}`).join(' ')}]\n`);
  };
  return { info: log, warn: log, error: log };
}
