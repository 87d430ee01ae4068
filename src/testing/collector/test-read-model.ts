import assert from 'node:assert/strict';
import type { UntypedMapped } from '../../collector/kinds/event-mapper.ts';
import type { ReadModel } from '../../collector/kinds/read-model.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { CollectorKit, checkKitCall, type GivenEvent, reasonOf } from './kit.ts';

/** What of a read model is tested: `expect` sees what it came to. */
export interface ReadModelStory<Topics extends readonly EventTopicDefinition[], Transaction> {
  /** What its handlers write with. Default: undefined, as with a `MemoryInbox`. */
  readonly transaction?: Transaction;
  /** What happened before. Default: nothing. */
  readonly given?: readonly GivenEvent<Topics>[];
  /** What happens. Default: nothing more. */
  readonly when?: GivenEvent<Topics>;
  /** Looks at the read model; throws when it is not as it should be. */
  readonly expect: (transaction: Transaction) => Promise<void> | void;
}

/**
 * Tests a read model without a server: its events are decoded, checked and applied as its collector would. Every event is handed over twice, as SQS may: the second time must change nothing. Throws an
 * `AssertionError` when an event is not handled.
 */
export async function testReadModel<const Topics extends readonly EventTopicDefinition[], Transaction>(
  readModel: ReadModel<Topics, Transaction>,
  story: ReadModelStory<Topics, Transaction>,
): Promise<void> {
  checkKitCall('testReadModel', [readModel, story], 'rebuild');
  const transaction = story.transaction as Transaction;
  const kit = new CollectorKit(readModel.options as never, transaction);
  const events = [...(story.given ?? []), ...(story.when ? [story.when] : [])] as readonly UntypedMapped[];
  for (const event of events) {
    const message = kit.message(event);
    for (const expected of [/^(handled|ignored)$/, /^(duplicate|ignored)$/]) {
      const outcome = await kit.handle(event.topic, message);
      if (!expected.test(reasonOf(outcome)))
        assert.fail(`An event of ${event.topic} ${event.id} was not handled: ${reasonOf(outcome)}`);
    }
  }
  await story.expect(transaction);
}
