import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { receiveAll } from '../support/provisioned-emulator.ts';
import { until } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { failedTasks, underWay } from './failed-tasks.ts';
import { useUpgradeRig } from './rig.ts';
import { type Stream, TOPICS } from './topics.ts';

// The release checklist takes longer.
const PHASE_MS = Number(process.env['UPGRADE_PHASE_SECONDS'] ?? 1) * 1_000;
const PATIENCE_MS = 120_000;
const PLACES = [0, 1];

describe('a rolling upgrade from the last release, and back', () => {
  const temporal = useTemporalDevServer();
  const rig = useUpgradeRig(temporal);

  it('loses nothing, repeats nothing, keeps every order, and leaves no workflow task failed', async () => {
    const { fleet, last, next } = rig;
    for (const place of PLACES) await fleet.rollWorker(place, last);
    for (const place of PLACES) await fleet.rollClient(place, last, streams(`last-${place}`));
    await goesOn();
    // Workers before clients.
    for (const place of PLACES) {
      await fleet.rollWorker(place, next);
      await goesOn();
    }
    for (const place of PLACES) await fleet.rollClient(place, next, streams(`next-${place}`));
    await goesOn();
    // And back: clients before workers.
    for (const place of PLACES) await fleet.rollClient(place, last, streams(`back-${place}`));
    for (const place of PLACES) {
      await fleet.rollWorker(place, last);
      await goesOn();
    }
    await fleet.stopClients();

    await expectAllOnceInOrder();
    expect(fleet.exitCodes).toEqual([0, 0, 0, 0]);
    expect(await failedTasks(temporal.env.client)).toEqual([]);
  }, 1_200_000);

  /** Until events of every aggregate have come to SNS since now: nobody is stuck. */
  async function goesOn(): Promise<void> {
    const { arrivals } = rig.sns;
    await sleep(PHASE_MS);
    const before = new Map([...arrivals].map(([stream, { length }]) => [stream, length]));
    const waiting = (): readonly string[] =>
      [...before.keys()].filter((stream) => arrivals.get(stream)?.length === before.get(stream));
    await until(() => waiting().length === 0, PATIENCE_MS).catch(async () => {
      const [failed, open] = [await failedTasks(temporal.env.client), await underWay(temporal.env.client)];
      throw new Error(`Stuck: ${waiting()}; failed: ${failed}; under way:\n${open.join('\n')}`);
    });
  }

  /** At SNS, repeats and all; and in the queues. */
  async function expectAllOnceInOrder(): Promise<void> {
    const { fleet, sns, topicArns, queueUrls, endpoint } = rig;
    const expected = new Map(
      [...fleet.published].map(([stream, count]) => [stream, numbered(stream, count)]),
    );
    const total = [...expected.values()].flat().length;
    await until(() => sns.count >= total && sns.inFlight === 0, PATIENCE_MS);
    expect(Object.fromEntries(sns.arrivals)).toEqual(Object.fromEntries(expected));
    for (const [name, topicArn] of Object.entries(topicArns)) {
      const ofTopic = [...expected].filter(([stream]) => stream.startsWith(topicArn));
      const count = ofTopic.flatMap(([, msgIds]) => msgIds).length;
      const received = await receiveAll(endpoint, queueUrls[name] ?? '', count);
      const msgIds = received.map(({ Body = '' }) => JSON.parse(Body).meta.msgId as string);
      for (const [stream, all] of ofTopic)
        expect(msgIds.filter((msgId) => msgId.startsWith(`${idOf(stream)}/`))).toEqual(all);
    }
  }
});

/** An aggregate of each topic. */
function streams(id: string): readonly Stream[] {
  return (Object.keys(TOPICS) as (keyof typeof TOPICS)[]).map((topic) => ({ topic, id, next: 1 }));
}

function numbered(stream: string, last: number): readonly string[] {
  return Array.from({ length: last }, (_, index) => `${idOf(stream)}/${index + 1}`);
}

/** Of `<topic ARN> <id>`. */
function idOf(stream: string): string {
  return stream.split(' ')[1] ?? '';
}
