import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import type { EventTopicOptions } from '../../../../src/client/options.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage } from '../../../support/messages.ts';

type Options = Omit<EventTopicOptions, 'client'>;

function create(options: Options): {
  readonly temporal: FakeTemporal;
  readonly publish: () => Promise<void>;
} {
  const temporal = new FakeTemporal();
  const topic = new EventTopic(Customer, { client: temporal.client, ...options });
  return { temporal, publish: () => topic.publish([customerMessage(1)]) };
}

describe('an EventTopic', () => {
  it('starts publishers in the task queue and with the settings that it is given', async () => {
    const settings = { lingerMs: 1_000, rememberMsgIds: 5 };
    const { temporal, publish } = create({ taskQueue: 'customers', settings });
    await publish();

    expect(temporal.sent).toMatchObject([
      { taskQueue: 'customers', args: [{ topic: 'Customer', id: 'C-1', settings }] },
    ]);
  });

  it('refuses messages over the size that it is given', async () => {
    const temporal = new FakeTemporal();
    const topic = new EventTopic(Customer, { client: temporal.client, maxMessageBytes: 1_024 });
    const event = { type: 'NameChanged' as const, name: 'x'.repeat(1_024) };

    await expect(topic.publish([customerMessage(1, { event })])).rejects.toMatchObject({
      faults: [{ path: 'message', reason: expect.stringContaining('SNS takes 1024') }],
    });
  });

  it('takes messages over 256 KiB when its limit is higher', async () => {
    const temporal = new FakeTemporal();
    const topic = new EventTopic(Customer, { client: temporal.client, maxMessageBytes: 1_048_576 });
    const event = { type: 'NameChanged' as const, name: 'x'.repeat(300_000) };
    await topic.publish([customerMessage(1, { event })]);

    expect(temporal.sentMsgIds).toEqual([['m-1']]);
  });

  it.each<Options>([
    {},
    { maxMessageBytes: 1_024 },
    { maxMessageBytes: 1_048_576 },
    { settings: {} },
    { settings: { lingerMs: 1, rememberMsgIds: 1, rememberMs: 1, maxSignalsPerRun: 1 } },
    { settings: { lingerMs: undefined } },
  ])('takes the options %j', (options) => {
    expect(() => create(options)).not.toThrow();
  });

  it.each<[Options, string]>([
    [{ maxMessageBytes: 1_023 }, 'maxMessageBytes is 1,024 to 1,048,576'],
    [{ maxMessageBytes: 1_048_577 }, 'maxMessageBytes is 1,024 to 1,048,576'],
    [{ maxMessageBytes: 2_000.5 }, 'maxMessageBytes is 1,024 to 1,048,576'],
    [{ maxMessageBytes: Number.NaN }, 'maxMessageBytes is 1,024 to 1,048,576'],
    [{ taskQueue: '' }, 'taskQueue must not be empty'],
    [{ settings: { lingerMs: 0 } }, 'settings.lingerMs is a positive whole number'],
    [{ settings: { rememberMsgIds: -1 } }, 'settings.rememberMsgIds is a positive whole number'],
    [{ settings: { rememberMs: 1.5 } }, 'settings.rememberMs is a positive whole number'],
    [{ settings: { maxSignalsPerRun: Infinity } }, 'settings.maxSignalsPerRun is a positive whole number'],
  ])('does not take the options %j', (options, fault) => {
    expect(() => create(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_CLIENT',
        message: `The options are wrong: ${fault} [topic=Customer]. Correct them and construct the EventTopic again`,
      }),
    );
  });

  it('names all faults of its options together', () => {
    expect(() => create({ maxMessageBytes: 0, taskQueue: '', settings: { lingerMs: 0 } })).toThrow(
      'The options are wrong: maxMessageBytes is 1,024 to 1,048,576; taskQueue must not be empty; settings.lingerMs is a positive whole number [topic=Customer].',
    );
  });
});
