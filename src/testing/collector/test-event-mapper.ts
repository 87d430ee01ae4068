import assert from 'node:assert/strict';
import { validateMessages } from '../../client/publish/validate-messages.ts';
import type {
  EventMapper,
  Mapped,
  MappedMessage,
  UntypedMapped,
} from '../../collector/kinds/event-mapper.ts';
import { SNS_MAX_MESSAGE_BYTES } from '../../common/defaults.ts';
import type { EventMessage } from '../../common/message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { CollectorKit, checkKitCall, type GivenEvent, reasonOf } from './kit.ts';

/** What of a mapper is tested: `expect` is what it publishes for `when`. */
export interface EventMapperStory<
  Topics extends readonly EventTopicDefinition[],
  To extends readonly EventTopicDefinition[],
  Transaction,
> {
  /** What its maps read and write state with. Default: undefined, as with a `MemoryInbox`. */
  readonly transaction?: Transaction;
  /** What happened before. Default: nothing. */
  readonly given?: readonly GivenEvent<Topics>[];
  readonly when: GivenEvent<Topics>;
  /** What is published for it, in this order; an empty list: nothing. Meta is derived, and not compared. */
  readonly expect: readonly Omit<Mapped<To>, 'meta'>[];
}

/**
 * Tests a mapper without a server. What it publishes is checked as `publish` would. Resolves with the messages, for a look at their meta. Throws an `AssertionError` when something else is published than expected, or
 * something that its topic refuses, or when the event is not handled.
 */
export async function testEventMapper<
  const Topics extends readonly EventTopicDefinition[],
  const To extends readonly EventTopicDefinition[],
  Transaction,
>(
  mapper: EventMapper<Topics, To, Transaction>,
  story: EventMapperStory<Topics, To, Transaction>,
): Promise<readonly MappedMessage[]> {
  checkKitCall('testEventMapper', [mapper, story], 'to');
  const published: MappedMessage[] = [];
  const targets = mapper.to.map((topic) => [topic.name, targetOf(topic, published)] as const);
  const kit = new CollectorKit(
    mapper.options(Object.fromEntries(targets) as never) as never,
    story.transaction,
  );
  await kit.begin((story.given ?? []) as readonly UntypedMapped[]);
  published.length = 0;
  const when = story.when as UntypedMapped;
  const outcome = await kit.handle(when.topic, kit.message(when));
  if (outcome.kind !== 'settled') assert.fail(`The event was not handled: ${reasonOf(outcome)}`);
  assert.deepEqual(published.map(toMapped), [...story.expect]);
  return published;
}

function targetOf(topic: EventTopicDefinition, published: MappedMessage[]) {
  return {
    publish: async (messages: readonly EventMessage[]): Promise<void> => {
      const checked = validateMessages(topic, messages, { maxMessageBytes: SNS_MAX_MESSAGE_BYTES });
      if (!checked.ok)
        throw new Error(
          checked.faults.map(({ path, reason }) => `${topic.name} ${path}: ${reason}`).join('; '),
        );
      published.push(...messages.map((message) => ({ topic: topic.name, message })));
    },
  };
}

function toMapped({ topic, message: { id, event, position } }: MappedMessage): unknown {
  return { topic, id, event, ...(position === undefined ? {} : { position }) };
}
