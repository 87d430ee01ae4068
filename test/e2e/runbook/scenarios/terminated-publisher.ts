import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { SetScenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { storeCustomers } from './event-logs.ts';
import {
  expectIdle,
  ofAggregate,
  PositionedCustomer,
  type Topic,
  untilRetrying,
  untilWell,
} from './expectations.ts';
import { inStream, longName } from './messages.ts';

const TABLE = 'event_log';
const IDS = ['C-1', 'C-2'];
const DOWN = { status: 500, code: 'InternalError', message: 'The service is down' } as const;

const OPEN_PAGES = "WorkflowType = 'eventTopicBacklogPage' AND ExecutionStatus = 'Running'";

/** SNS was down, and somebody has terminated two publishers, each with two events to publish. */
export const terminatedPublisher: SetScenario = async (stage) => {
  const topic = stage.topic(PositionedCustomer);
  const { eventLog, append } = await storeCustomers(stage, TABLE);
  await stage.startWorker({ topic: PositionedCustomer, eventLog });
  for (const id of IDS) {
    await append(inStream(id, [1, 2, 3]));
    await topic.publish(inStream(id, [1]), { waitFor: 'published' });
  }
  stage.sns((messages) => (messages.length > 0 ? DOWN : undefined));
  for (const id of IDS) {
    await topic.publish(inStream(id, [2, 3]));
    await untilRetrying(topic, id);
    await stage.client.workflow.getHandle(`event-topic/Customer/${id}`).terminate('it looked stuck');
  }
  stage.sns(undefined);
  return {
    world: {
      'they are published': () => expectIdle(topic, { 'C-1': 2 }),
      'a large backlog has lost its publisher': () => loseLargeBacklog(stage, topic),
    },
    async healthy() {
      const paged = await readFile(stage.path('pages.jsonl'), 'utf8');
      const msgIds = paged
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).meta.msgId);
      const received = await stage.received(6 + msgIds.length);
      for (const id of IDS) expect(ofAggregate(received, id)).toEqual([`${id}/1`, `${id}/2`, `${id}/3`]);
      expect(msgIds.length).toBeGreaterThan(50);
      expect(ofAggregate(received, 'C-3')).toEqual(msgIds);
      await untilWell(async () => (await stage.client.workflow.count(OPEN_PAGES)).count === 0);
    },
  };
};

/** Of 300 events, which no EventLog has, a part is in pages. */
async function loseLargeBacklog(stage: Stage, topic: Topic): Promise<void> {
  stage.sns((messages) => (messages.length > 0 ? DOWN : undefined));
  const positions = Array.from({ length: 300 }, (_, index) => index + 1);
  await topic.publish(inStream('C-3', positions).map(longName));
  await untilWell(async () => (await stage.client.workflow.count(OPEN_PAGES)).count > 0);
  await stage.client.workflow.getHandle('event-topic/Customer/C-3').terminate('it looked stuck');
  stage.sns(undefined);
}
