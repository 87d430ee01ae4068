// The topic in memory does what the real one does, whatever happens to it: the same random stories on both, compared after every step.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import type { EventTopic } from '../../src/client/event-topic.ts';
import type { AggregateStatus } from '../../src/client/operate/operate.ts';
import { InMemoryEventTopic } from '../../src/testing/in-memory/in-memory-event-topic.ts';
import type { Customer, CustomerMessage } from '../support/customer.ts';
import { positioned, renamed } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();
const operator = { actor: 'ada', reason: 'a story' };
// Nothing in a story waits for time: what time does is tested with a clock, and is another matter on each side.
const settings = { lingerMs: 60_000, settleMs: 600_000, gapTimeoutMs: 600_000 };
const AGGREGATES = ['a', 'b'];

type Step =
  | { readonly does: 'publish'; readonly id: string; readonly numbers: readonly number[] }
  | { readonly does: 'refuse' | 'cure'; readonly id: string; readonly number: number }
  | { readonly does: 'retry' | 'skip' | 'replace' | 'pause' | 'resume'; readonly id: string };

/** A partition's publisher is open from one story to the next, but not in memory: there each story has a topic of its own. */
const OPENING: readonly Step[] = AGGREGATES.map((id) => ({ does: 'publish', id, numbers: [1] }));

const id = fc.constantFrom(...AGGREGATES);
const number = fc.integer({ min: 1, max: 9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('publish' as const),
      id,
      numbers: fc.uniqueArray(number, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('refuse' as const, 'cure' as const), id, number }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom(
        'retry' as const,
        'skip' as const,
        'replace' as const,
        'pause' as const,
        'resume' as const,
      ),
      id,
    }),
  },
);

/** A topic, where it publishes to, and the names that its aggregates have in this story. */
interface Side {
  readonly topic: EventTopic<typeof Customer.event>;
  readonly publisher: InMemoryPublisher;
  readonly prefix: string;
}

it.each([
  ...eachLayout('Story').map((layout) => ({ ...layout, ordering: 'arrival' as const })),
  ...eachLayout('Ordered', { ordering: 'position' }).map((layout) => ({
    ...layout,
    ordering: 'position' as const,
  })),
])(
  'the topic in memory and the real one agree, with $title, by $ordering',
  async ({ rig, ordering, partitions }) => {
    const options = rig(settings);
    const publisher = new InMemoryPublisher();
    let stories = 0;
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const story = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
          stories += 1;
          const prefix = `s${stories}-`;
          const memory = new InMemoryPublisher();
          const copy = new InMemoryEventTopic(topic.topic, { publisher: memory, settings });
          const sides = [
            { topic, publisher, prefix },
            { topic: copy, publisher: memory, prefix },
          ];
          await tell(sides, { opening: partitions ? OPENING : [], steps, ordering });
        });
        await fc.assert(story, { numRuns: partitions ? 4 : 12, endOnFailure: true });
      },
      options,
    );
  },
);

interface Story {
  readonly opening: readonly Step[];
  readonly steps: readonly Step[];
  readonly ordering: 'arrival' | 'position';
}

/** The same steps on both sides, which have to agree after each. */
async function tell(sides: readonly Side[], { opening, steps, ordering }: Story): Promise<void> {
  for (const side of sides) for (const one of opening) await act(side, one, ordering);
  await agree(sides);
  for (const one of steps) {
    const [real, inMemory] = await Promise.all(sides.map((side) => codeOf(act(side, one, ordering))));
    expect(inMemory).toBe(real);
    await agree(sides);
  }
  const [real, inMemory] = sides.map((side) => publishedOf(side));
  expect(inMemory).toEqual(real);
}

async function act(
  { topic, publisher, prefix }: Side,
  step: Step,
  ordering: 'arrival' | 'position',
): Promise<unknown> {
  const id = prefix + step.id;
  if (step.does === 'publish') {
    return topic.publish(step.numbers.map((number) => messageOf(id, number, ordering)));
  }
  if (step.does === 'refuse') return publisher.refuse(`${id}-${step.number}`);
  if (step.does === 'cure') return publisher.cure(`${id}-${step.number}`);
  if (step.does !== 'replace') return topic[step.does](id, operator);
  const status = await topic.status(id);
  const number = 'next' in status ? Number(status.next?.split('-').at(-1)) : 1;
  return topic.replace(id, { ...operator, message: messageOf(id, number, ordering) });
}

function messageOf(id: string, number: number, ordering: 'arrival' | 'position'): CustomerMessage {
  const [message = renamed(id, `${id}-${number}`)] =
    ordering === 'position' ? positioned(id, number, number) : [];
  // The same content each time, or the repeat would be a conflict.
  return { ...message, meta: { ...message.meta, time: '2026-01-31T12:00:00.000Z' } };
}

/** The code of its error, or nothing: which operations apply is the same, too. */
async function codeOf(action: Promise<unknown>): Promise<string | undefined> {
  return await action.then(
    () => undefined,
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}

/**
 * Both say the same of each aggregate, soon. Nothing is being published then: a later step, such as a refusal, would find one side's event
 * published and the other's not yet.
 */
async function agree(sides: readonly Side[]): Promise<void> {
  let views: readonly string[] = [];
  const look = async (): Promise<boolean> => {
    const statuses = await Promise.all(sides.map((side) => statusesOf(side)));
    views = statuses.map((ofSide) => JSON.stringify(ofSide.map(essence), undefined, 1));
    return views[0] === views[1] && !statuses.flat().some(isUnderWay);
  };
  await until(look).catch(() => {
    expect(views[1]).toBe(views[0]);
    throw new Error(`Neither side publishes what it has: ${views[0]}`);
  });
}

/** One after the other: of queries that reach a publisher together while it has a workflow task, Temporal answers all but one late, after two seconds. */
async function statusesOf({ topic, prefix }: Side): Promise<readonly AggregateStatus[]> {
  const statuses: AggregateStatus[] = [];
  for (const id of AGGREGATES) statuses.push(await topic.status(prefix + id));
  return statuses;
}

/** An event is in line and nothing holds it. Events that wait for an earlier position are not in line. */
function isUnderWay(status: AggregateStatus): boolean {
  return status.state === 'publishing' && status.next !== undefined;
}

/** What does not depend on times and ids that each side makes. */
function essence(status: AggregateStatus): unknown {
  if (status.state === 'unknown') return 'unknown';
  const {
    state,
    pending,
    accepted,
    published,
    duplicates,
    conflicts,
    next,
    parked,
    paused,
    operations,
    position,
  } = status;
  const done = operations?.map(({ operation, msgId }) => [operation, msgId]);
  const stopped = [parked && [parked.msgId, parked.code], paused?.actor];
  return { state, pending, accepted, published, duplicates, conflicts, next, stopped, done, position };
}

function publishedOf({ publisher, prefix }: Side): readonly (readonly string[])[] {
  return AGGREGATES.map((id) =>
    publisher.messages.filter((message) => message.id === prefix + id).map(({ meta }) => meta.msgId),
  );
}
