import { describe, expect, it } from 'vitest';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import { renames } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { type Attempt, forbidden, ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTimeSkippingServer } from '../support/temporal.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function delays(publisher: ScriptedPublisher): number[] {
  const times = publisher.attempts.map(({ at }) => at);
  return times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / 1_000));
}

describe('an outage of SNS', () => {
  const temporal = useTimeSkippingServer();

  /** Fails until `outageMs` after its first attempt, in the server's time. */
  function outage(outageMs: number, failure: PublishFailure): ScriptedPublisher {
    let start: number | undefined;
    const script = (_msgId: string, { at }: Attempt): PublishFailure | undefined => {
      start ??= at;
      return at - start < outageMs ? failure : undefined;
    };
    return new ScriptedPublisher(script, () => temporal.env.currentTimeMs());
  }

  it('of three days is retried with doubling delays up to a minute, and loses nothing', async () => {
    const publisher = outage(72 * HOUR, throttled);
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish(renames('a', 1, 3));
      await temporal.env.sleep('73 hours');
      await until(() => publisher.published.length === 3, 120_000);
      expect(publisher.published).toEqual(['a-1', 'a-2', 'a-3']);
      expect(new Set(publisher.attempts.slice(0, -2).map(({ msgId }) => msgId))).toEqual(new Set(['a-1']));
      const [first, second, third, fourth, fifth, sixth, ...later] = delays(publisher);
      expect([first, second, third, fourth, fifth, sixth]).toEqual([1, 2, 4, 8, 16, 32]);
      expect(new Set(later.slice(0, -2))).toEqual(new Set([60]));
    });
  }, 240_000);

  it('by a fault of the configuration is retried every two minutes', async () => {
    const publisher = outage(3 * HOUR, forbidden);
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish(renames('b', 1, 2));
      await temporal.env.sleep('4 hours');
      await until(() => publisher.published.length === 2);
      expect(publisher.published).toEqual(['b-1', 'b-2']);
      expect(new Set(delays(publisher).slice(0, -1))).toEqual(new Set([120]));
    });
  });
});

describe('the linger time', () => {
  const temporal = useTimeSkippingServer();

  it('is ten minutes after the last event, with one timer per ten minutes and not one per event', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      const start = await temporal.env.currentTimeMs();
      for (const message of renames('c', 1, 10)) {
        await topic.publish([message]);
        await temporal.env.sleep('3 minutes');
      }
      const handle = temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'c'));
      await handle.result();
      const closedAt = (await handle.describe()).closeTime?.getTime() ?? 0;
      const closedAfter = (closedAt - start) / MINUTE;
      // Ten events in 27 minutes, then the linger time.
      expect(closedAfter).toBeGreaterThanOrEqual(37);
      expect(closedAfter).toBeLessThan(38);
      const { events } = await handle.fetchHistory();
      expect(events?.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)).toHaveLength(
        4,
      );
    });
  });
});
