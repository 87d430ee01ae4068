import { describe, expect, it } from 'vitest';
import type { EventMessage } from '../../../src/common/message.ts';
import { appendAndPublish } from '../../../src/event-log/append-and-publish.ts';
import { deferred } from '../../support/deferred.ts';
import { customerMessage } from '../../support/messages.ts';

const stored = [customerMessage(1), customerMessage(2)];

/** A topic that does with a publish what it is told, and keeps what it got. */
function topicThat(publish: () => Promise<void>) {
  const published: EventMessage[] = [];
  return {
    published,
    publish: async (messages: readonly EventMessage[]): Promise<void> => {
      published.push(...messages);
      await publish();
    },
  };
}

describe('appendAndPublish', () => {
  it('publishes what was stored, when it is stored', async () => {
    const commit = deferred<typeof stored>();
    const topic = topicThat(async () => undefined);
    const appended = appendAndPublish(topic, () => commit.promise);
    expect(topic.published).toEqual([]);
    commit.resolve(stored);
    expect(await appended).toEqual({ messages: stored, published: true });
    expect(topic.published).toEqual(stored);
  });

  it('publishes nothing when storing fails, and fails with that', async () => {
    const topic = topicThat(async () => undefined);
    const failure = new Error('duplicate key');
    await expect(appendAndPublish(topic, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(topic.published).toEqual([]);
  });

  it('does not fail when publishing does: it says so, and tells why', async () => {
    const failure = new Error('Temporal is away');
    const told: unknown[] = [];
    const appended = await appendAndPublish(
      topicThat(() => Promise.reject(failure)),
      async () => stored,
      { onNotPublished: (error, messages) => told.push(error, messages) },
    );
    expect(appended).toEqual({ messages: stored, published: false });
    expect(told).toEqual([failure, stored]);
  });

  it('waits for its timeout only', async () => {
    const never = deferred();
    const told: unknown[] = [];
    const appended = await appendAndPublish(
      topicThat(() => never.promise),
      async () => stored,
      { timeout: 20, onNotPublished: (error) => told.push(error) },
    );
    expect(appended.published).toBe(false);
    expect(told).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
  });

  it('does not fail when what it tells throws, nor when append forgets what it has stored', async () => {
    const onNotPublished = (): never => {
      throw new Error('the log is full');
    };
    const topic = topicThat(() => Promise.reject(new Error('away')));
    expect((await appendAndPublish(topic, async () => stored, { onNotPublished })).published).toBe(false);
    const told: unknown[] = [];
    const forgetful = async (): Promise<never> => undefined as never;
    await appendAndPublish(topic, forgetful, { onNotPublished: (error) => told.push(error) });
    expect(told).toEqual([
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('append() returned nothing instead of the messages'),
      }),
    ]);
  });

  it.each([
    [{}, 'topic is an EventTopic, not an object'],
    [{ timeout: -1 }, 'options.timeout is a number of milliseconds from 0, not the number -1'],
    [{ onNotPublished: 5 }, 'options.onNotPublished is a function, not the number 5'],
    [{ timeOut: 5 }, 'options.timeOut is no option; did you mean options.timeout?'],
  ])('refuses a wrong call before anything is stored: %j', async (options, fault) => {
    let isStored = false;
    const append = async (): Promise<never[]> => {
      isStored = true;
      return [];
    };
    const topic = fault.startsWith('topic') ? {} : topicThat(async () => undefined);
    await expect(appendAndPublish(topic as never, append, options as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(fault),
    });
    expect(isStored).toBe(false);
  });
});
