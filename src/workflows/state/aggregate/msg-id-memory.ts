import { MAX_REMEMBERED_BYTES, MAX_REMEMBERED_MSG_IDS } from '../../../common/defaults.ts';
import type { PublisherSettings } from '../../../common/protocol/publish.ts';
import type { PublishQueueState } from '../../../common/protocol/state.ts';

export type RememberSettings = Pick<PublisherSettings, 'rememberMsgIds' | 'rememberMs'>;

/** What is known of a message that comes in: `conflict` is a known id with another content. */
export type Verdict = 'new' | 'duplicate' | 'conflict';

/** The msgIds of one aggregate that were accepted lately, with the content's fingerprint: ordering by arrival. */
export class MsgIdMemory {
  readonly #settings: RememberSettings;
  // Insertion order is the order of acceptance: the oldest msgId comes first.
  readonly #remembered: Map<string, Remembered>;
  #bytes = 0;

  constructor(settings: RememberSettings, remembered: PublishQueueState['remembered'] = []) {
    this.#settings = settings;
    this.#remembered = new Map(
      remembered.map(([msgId, acceptedAt, fingerprint]) => [msgId, { acceptedAt, fingerprint }]),
    );
    for (const msgId of this.#remembered.keys()) this.#bytes += bytesRemembered(msgId);
  }

  /** What it takes in the next run's input, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Remembers a msgId that is new. */
  offer(msgId: string, fingerprint: string, now: number): Verdict {
    const known = this.#remembered.get(msgId);
    if (known) return (known.fingerprint ?? fingerprint) === fingerprint ? 'duplicate' : 'conflict';
    this.#remembered.set(msgId, { acceptedAt: now, fingerprint });
    this.#bytes += bytesRemembered(msgId);
    return 'new';
  }

  /** The content of this msgId has been corrected. */
  replace(msgId: string, fingerprint: string): void {
    const known = this.#remembered.get(msgId);
    if (known) this.#remembered.set(msgId, { ...known, fingerprint });
  }

  /**
   * Forgets msgIds that are both old and many. One that still waits is kept: forgetting it would let a repeated publish
   * queue it twice. But there is an upper limit to all of them, for they must fit into the next run's input.
   */
  forget(now: number, waiting: number): void {
    const { rememberMsgIds, rememberMs } = this.#settings;
    for (const [msgId, { acceptedAt }] of this.#remembered) {
      const forgettable = this.#remembered.size - waiting;
      const tooMany = this.#remembered.size > MAX_REMEMBERED_MSG_IDS || this.#bytes > MAX_REMEMBERED_BYTES;
      const old = forgettable > rememberMsgIds && now - acceptedAt > rememberMs;
      if (!tooMany && !old) return;
      this.#remembered.delete(msgId);
      this.#bytes -= bytesRemembered(msgId);
    }
  }

  /** Forgets all but the newest. False when there are no others. */
  keepNewest(count: number): boolean {
    if (this.#remembered.size <= count) return false;
    for (const msgId of this.#remembered.keys()) {
      if (this.#remembered.size <= count) break;
      this.#remembered.delete(msgId);
      this.#bytes -= bytesRemembered(msgId);
    }
    return true;
  }

  snapshot(): PublishQueueState['remembered'] {
    return [...this.#remembered].map(([msgId, { acceptedAt, fingerprint }]) =>
      fingerprint === undefined ? [msgId, acceptedAt] : [msgId, acceptedAt, fingerprint],
    );
  }
}

interface Remembered {
  readonly acceptedAt: number;
  readonly fingerprint: string | undefined;
}

// Time, fingerprint and punctuation of the JSON; a character outside ASCII takes up to three bytes.
function bytesRemembered(msgId: string): number {
  return 40 + msgId.length * (/^[\x20-\x7e]*$/.test(msgId) ? 1 : 3);
}
