import { SNS_MAX_MESSAGE_BYTES } from '../../common/defaults.ts';
import type { EventTopicError } from '../../common/errors.ts';
import { InvalidMessagesError } from '../../common/errors.ts';
import type { MessageLimits } from '../../common/fit-message.ts';
import type { EventMessage } from '../../common/message.ts';
import { type Upload, uploadBodies } from '../../common/offload.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { EventTopicOptions } from '../options.ts';
import type { Validity } from '../stream/publish-stream.ts';
import { encodedSizeFaults, hasCodecs } from './encoded-size.ts';
import { refuseTooLarge, type StoredEntries, toStoredEntries } from './stored-entries.ts';
import { type ValidatedMessages, validateMessages } from './validate-messages.ts';

type Valid = Extract<ValidatedMessages, { ok: true }>;

/** Everything that is done with messages before any of them is sent. */
export class Preparation {
  readonly #topic: EventTopicDefinition;
  readonly #options: EventTopicOptions;

  constructor(topic: EventTopicDefinition, options: EventTopicOptions) {
    this.#topic = topic;
    this.#options = options;
  }

  /** The messages as they will travel. Throws {@link InvalidMessagesError} with every fault. */
  validate(messages: readonly EventMessage[]): Valid {
    const valid = this.#check(messages);
    if (valid.ok) return valid;
    throw this.#refusal(valid.faults);
  }

  /** Messages that are stored already, as they will travel. Throws {@link InvalidMessagesError} for those that belong to no aggregate. */
  stored(messages: readonly EventMessage[]): StoredEntries {
    const stored = toStoredEntries(this.#topic, messages, this.#limits);
    if (stored.unnamed.length > 0) throw this.#refusal(stored.unnamed);
    return stored;
  }

  /** Uploads large bodies, and refuses what a codec makes too large. */
  async prepareStored(
    { entries, uploads }: StoredEntries,
    signal: AbortSignal | undefined,
  ): Promise<readonly PublishEntry[]> {
    const { client, claimCheck } = this.#options;
    const fitting = await refuseTooLarge(client, entries);
    if (claimCheck) await uploadBodies(uploads, claimCheck, signal);
    return fitting;
  }

  /** Of one message, also what only the data converter knows. */
  checkFully(message: EventMessage): Validity | Promise<Validity> {
    const { client } = this.#options;
    const valid = this.#check([message]);
    if (!valid.ok || !hasCodecs(client)) return valid;
    const check = async (): Promise<Validity> => {
      const faults = await encodedSizeFaults(client, valid.entries);
      return faults.length > 0 ? { ok: false, faults } : valid;
    };
    return check();
  }

  /** Measures what a codec makes of the entries, and uploads large bodies; undefined when there is nothing to do. */
  prepare(
    entries: readonly PublishEntry[],
    uploads: readonly Upload[],
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined {
    const { client, claimCheck } = this.#options;
    const isEncoded = hasCodecs(client);
    if (!isEncoded && uploads.length === 0) return undefined;
    const prepare = async (): Promise<void> => {
      const faults = isEncoded ? await encodedSizeFaults(client, entries) : [];
      if (faults.length > 0) throw this.#refusal(faults);
      if (claimCheck) await uploadBodies(uploads, claimCheck, signal);
    };
    return prepare();
  }

  #check(messages: readonly EventMessage[]): ValidatedMessages {
    return validateMessages(this.#topic, messages, this.#limits);
  }

  get #limits(): MessageLimits {
    const { maxMessageBytes = SNS_MAX_MESSAGE_BYTES, claimCheck: store } = this.#options;
    return { maxMessageBytes, store };
  }

  #refusal(faults: InvalidMessagesError['faults']): EventTopicError {
    return new InvalidMessagesError(this.#topic.name, faults);
  }
}
