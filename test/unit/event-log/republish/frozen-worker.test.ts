import { describe, expect, it, vi } from 'vitest';
import { createTopics } from '../../../../src/activities/publish-events.ts';
import { LEASE_MS } from '../../../../src/common/defaults.ts';
import type { EventLog } from '../../../../src/common/event-log.ts';
import { REPUBLISH_EVENTS_ACTIVITY } from '../../../../src/common/names.ts';
import type { RepublishInput, RepublishProgress } from '../../../../src/common/protocol/republish.ts';
import { createRepublishActivities } from '../../../../src/event-log/republish/republish-activities.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { Customer, positioned } from '../../../support/customer.ts';
import { deferred } from '../../../support/deferred.ts';
import { useFakeIntervals } from '../../activities/fake-intervals.ts';
import { FakePublisher } from '../../activities/publish-events/activity.ts';

const EVENTS = 3;

const eventLog: EventLog = {
  async *readStream(id, fromPosition) {
    yield* positioned(id, fromPosition, EVENTS);
  },
  // Streams are read: nobody asks for all.
  async *readAll() {},
};

const input: RepublishInput = {
  topic: Customer.name,
  republishId: 'r-1',
  selection: { ids: ['a'] },
  audience: 'NewReadModel',
  rate: 5 * EVENTS,
  operator: { actor: 'ada', reason: 'a new read model' },
};

interface Attempt {
  readonly sent: number;
  readonly end: PromiseSettledResult<RepublishProgress>;
}

/** While the first event of a part is in flight, `pass` happens. */
async function republish(pass: () => unknown): Promise<Attempt> {
  const publisher = new FakePublisher();
  const answer = deferred<undefined>();
  publisher.answer = () => answer.promise;
  const activities = createRepublishActivities(
    new Map([[Customer.name, { definition: Customer, eventLog, limits: { maxMessageBytes: 262_144 } }]]),
    createTopics(new Map([[Customer.name, publisher]]), new Map()),
    () => new AbortController().signal,
  );
  const running: Promise<RepublishProgress> = activityEnvironment().run(
    activities[REPUBLISH_EVENTS_ACTIVITY],
    input,
  );
  await vi.waitUntil(() => publisher.requested.length > 0);
  await pass();
  answer.resolve(undefined);
  const [end] = await Promise.allSettled([running]);
  return { sent: publisher.requested.length, end };
}

const freeze = (ms: number) => (): unknown => vi.setSystemTime(Date.now() + ms);

useFakeIntervals();

describe('a republish in a process that was frozen for longer than Temporal waits', () => {
  it('sends nothing more of its part: another attempt has, and goes on behind it', async () => {
    const { sent, end } = await republish(freeze(6 * 60_000));
    expect(sent).toBe(1);
    expect(end).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('stood still') },
    });
  });

  it('goes on when Temporal still counts on it', async () => {
    const { sent, end } = await republish(freeze(LEASE_MS / 2));
    expect(sent).toBe(EVENTS);
    expect(end).toMatchObject({ status: 'fulfilled', value: { published: EVENTS, isDone: true } });
  });

  it('goes on when it takes long, with its heartbeats', async () => {
    const { sent, end } = await republish(() => vi.advanceTimersByTimeAsync(10_000));
    expect(sent).toBe(EVENTS);
    expect(end).toMatchObject({ status: 'fulfilled', value: { published: EVENTS } });
  });
});
