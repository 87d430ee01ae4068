import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type ErrorDetails, EventTopicError } from '../../common/errors.ts';

/** DynamoDB: items of one TransactWriteItems. */
export const MAX_ITEMS = 100;

/** What a handler writes with, as `context.transaction`. Nothing is sent before the handler has ended. */
export interface DynamoDbTransaction {
  /** How many items may still be added. */
  readonly left: number;
  /**
   * Adds writes and condition checks, of this table or others of the same account and region. DynamoDB takes 100 in all, of which the inbox needs one or two, each on an item of its own, and 4 MB. Adds none and throws
   * `INVALID_ARGUMENT` when they are too many, or when the handler's time is over.
   */
  add(...items: readonly TransactWriteItem[]): void;
}

/** Collects until it is closed. */
export class OpenTransaction implements DynamoDbTransaction {
  readonly #items: TransactWriteItem[] = [];
  readonly #reserved: number;
  readonly #details: ErrorDetails;
  #isOpen = true;

  /** `reserved`: items that the inbox adds itself. `details`: whose transaction it is, for errors. */
  constructor(reserved: number, details: ErrorDetails) {
    this.#reserved = reserved;
    this.#details = details;
  }

  get left(): number {
    return MAX_ITEMS - this.#reserved - this.#items.length;
  }

  add(...items: readonly TransactWriteItem[]): void {
    if (!this.#isOpen)
      throw this.#refusal(
        'The transaction has ended',
        'Add items before the handler returns, and stop when its signal aborts',
      );
    if (items.length > this.left)
      throw this.#refusal(
        `The transaction is too large: ${items.length} more items, and of DynamoDB's ${MAX_ITEMS}, ${this.left} are left (the inbox needs ${this.#reserved}, ${this.#items.length} were added before)`,
        'Write less with one event',
      );
    this.#items.push(...items);
  }

  /** Takes no more, and gives what was added. */
  close(): readonly TransactWriteItem[] {
    this.#isOpen = false;
    return this.#items;
  }

  #refusal(fact: string, action: string): EventTopicError {
    const details = this.#details;
    return new EventTopicError('INVALID_ARGUMENT', fact, {
      details,
      action: `Nothing of this call was added. ${action}`,
    });
  }
}
