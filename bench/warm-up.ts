// How many calls a new process needs until it publishes as fast as it can, and what the activity adds to the publisher alone:
// `node --import tsx bench/warm-up.ts`, after a build. One event at a time, of one aggregate.
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createPublishActivities, SnsFifoPublisher } from 'temporal-event-topic/activities';
import type { PublishEventsResult } from '../src/common/protocol/activities.ts';
import { messageOf } from './load.ts';
import { Rig } from './rig.ts';
import { createSnsClient } from './sns-client.ts';
import { median } from './stats.ts';

const TOPIC = 'WarmUp';
/** Calls before each measurement, several at a time. */
const CALLS = [100, 1_000, 5_000, 20_000];
const AT_A_TIME = 20;
/** As many as an activity's two seconds are sure to be enough for. */
const EVENTS = 100;
const TURNS = 3;

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const rig = await Rig.start(undefined);
try {
  await rig.behave();
  const { endpoint, topicArn } = rig.newSetting();
  const publisher = new SnsFifoPublisher({ topicArn, client: createSnsClient(endpoint) });
  const activities = createPublishActivities(new Map([[TOPIC, publisher]]));
  let number = 0;
  const entryOf = (id: string) => ({ message: messageOf(id, ++number), eventType: 'Renamed' });
  const publish = (id: string) => publisher.publish(TOPIC, [entryOf(id)], new AbortController().signal);

  const alone = async (): Promise<void> => {
    for (let event = 0; event < EVENTS; event += 1) await publish('one');
  };
  const inActivity = async (): Promise<void> => {
    const entries = Array.from({ length: EVENTS }, () => entryOf('one'));
    const input = { topic: TOPIC, aggregates: [{ id: 'one', entries }] };
    const environment = new MockActivityEnvironment();
    const result = await environment.run(activities.eventTopicPublishEvents, input);
    const [outcome] = (result as PublishEventsResult).outcomes;
    if (outcome?.receipts.length !== EVENTS) throw new Error('The activity has not published all');
  };

  const rows: Record<string, number>[] = [];
  for (const calls of CALLS) {
    const lane = async (_: unknown, index: number): Promise<void> => {
      for (let call = 0; call < calls / AT_A_TIME; call += 1) await publish(`lane-${index}`);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, lane));
    const turns = { alone: [] as number[], inActivity: [] as number[] };
    for (let turn = 0; turn < TURNS; turn += 1) {
      turns.alone.push(await msPerEvent(alone));
      turns.inActivity.push(await msPerEvent(inActivity));
    }
    rows.push({
      calls,
      'publisher alone, ms': median(turns.alone),
      'in an activity, ms': median(turns.inActivity),
    });
  }
  console.table(rows);
} finally {
  await rig.stop();
}

async function msPerEvent(work: () => Promise<void>): Promise<number> {
  await sleep(100);
  const startedAt = performance.now();
  await work();
  return Number(((performance.now() - startedAt) / EVENTS).toFixed(2));
}
