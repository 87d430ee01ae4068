import type { DeadLetter, DeadLetterQueue } from '../../../../src/activities/dead-letter-queue.ts';
import type { PublishFailure } from '../../../../src/common/protocol/activities.ts';

/** A dead letter queue that answers as told, per msgId; it takes everything by default. */
export class FakeQueue implements DeadLetterQueue {
  /** msgIds that it was given, in that order, whatever it answered. */
  readonly asked: string[] = [];
  /** What it has taken. */
  readonly letters: (DeadLetter & { readonly topic: string })[] = [];
  /** Why an event is not taken; undefined when it is. */
  answer: (
    msgId: string,
    signal: AbortSignal,
  ) => PublishFailure | undefined | Promise<PublishFailure | undefined> = () => undefined;

  async send(topic: string, letter: DeadLetter, signal: AbortSignal): Promise<PublishFailure | undefined> {
    const { msgId } = letter.entry.message.meta;
    this.asked.push(msgId);
    const failure = await this.answer(msgId, signal);
    if (failure === undefined) this.letters.push({ topic, ...letter });
    return failure;
  }

  describe(): string {
    return 'fake-queue';
  }
}
