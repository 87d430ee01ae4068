import type { Pool, PoolClient } from 'pg';
import type { Arrival, InboxAnswer } from 'temporal-event-topic/collector';
import { PostgresInbox } from 'temporal-event-topic/collector/postgres';

/** Fails once for every event of every collector, between its last effect and the commit: where a process that dies hurts most. */
export class FailingInbox extends PostgresInbox<Pool> {
  readonly #failed = new Set<string>();

  override handle(
    arrival: Arrival,
    run: (transaction: PoolClient) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer> {
    const event = `${arrival.collector} ${arrival.message.meta.msgId}`;
    const runAndFail = async (transaction: PoolClient): Promise<void> => {
      await run(transaction);
      if (this.#failed.has(event)) return;
      this.#failed.add(event);
      throw new Error('as if the process had died here');
    };
    return super.handle(arrival, runAndFail, signal);
  }
}
