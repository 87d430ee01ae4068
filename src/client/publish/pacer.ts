import { setTimeout as sleep } from 'node:timers/promises';
import { PACING } from '../../common/defaults.ts';
import { EventTopicError } from '../../common/errors.ts';

/** How long a publisher's history is: undefined when there is no open run. */
export type ReadHistory = () => Promise<{ readonly events: number; readonly bytes: number } | undefined>;

interface Sent {
  signals: number;
  chars: number;
  since: number;
}

/**
 * Slows down a caller that signals one publisher so fast that it cannot continue as new: Temporal fails that attempt when
 * a signal arrives meanwhile, and ends a history at 10,000 signals or 50 MB. Those who send little never wait.
 */
export class Pacer {
  readonly #sent = new Map<string, Sent>();

  /** Call before a signal of that many characters. Throws `BACKLOG_FULL` when the publisher's history takes no more. */
  async beforeSignal(id: string, chars: number, readHistory: ReadHistory): Promise<void> {
    const sent = this.#count(id, chars);
    if (sent.signals <= PACING.signals && sent.chars <= PACING.chars) return;
    this.#sent.delete(id);
    await waitForRoom(id, readHistory);
  }

  #count(id: string, chars: number): Sent {
    const now = Date.now();
    const known = this.#sent.get(id);
    const sent = known && now - known.since < PACING.windowMs ? known : { signals: 0, chars: 0, since: now };
    sent.signals += 1;
    sent.chars += chars;
    this.#sent.set(id, sent);
    this.#forgetOldest();
    return sent;
  }

  #forgetOldest(): void {
    if (this.#sent.size <= PACING.maxAggregates) return;
    const [oldest] = this.#sent.keys();
    if (oldest !== undefined) this.#sent.delete(oldest);
  }
}

async function waitForRoom(id: string, readHistory: ReadHistory): Promise<void> {
  const deadline = Date.now() + PACING.maxWaitMs;
  for (;;) {
    const history = await readHistory();
    const { events, bytes } = history ?? { events: 0, bytes: 0 };
    if (events <= PACING.easyEvents && bytes <= PACING.easyBytes) return;
    if (Date.now() < deadline) {
      await sleep(PACING.pollMs);
      continue;
    }
    if (events <= PACING.fullEvents && bytes <= PACING.fullBytes) return;
    throw new EventTopicError(
      'BACKLOG_FULL',
      'The publisher takes no more events: nothing works off its history',
      {
        details: { id, events, bytes },
        action: 'See that a worker runs on its task queue, then publish again',
      },
    );
  }
}
