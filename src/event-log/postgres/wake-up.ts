import { quote } from '../../common/sql-names.ts';
import type { PostgresPool } from './postgres-pool.ts';

/** Listens on a channel, by one connection that is kept. When it breaks, the next wait opens another one. */
export class WakeUp {
  readonly #pool: PostgresPool;
  readonly #channel: string;
  /** Of the connection that listens: ends it. */
  #listening: Promise<() => void> | undefined;
  #isNew = false;
  readonly #waiting = new Set<() => void>();

  constructor(pool: PostgresPool, channel: string) {
    this.#pool = pool;
    this.#channel = channel;
  }

  /** Resolves at the next notification, or at once when one has come since the last wait; when the connection breaks; when `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    // What was stored before it listened is told by nobody: have a look.
    if (this.#listening === undefined) this.#isNew = true;
    this.#listening ??= this.#listen();
    await this.#listening;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (this.#isNew || signal.aborted) done();
    });
    this.#isNew = false;
  }

  async close(): Promise<void> {
    const end = await this.#listening?.catch(() => undefined);
    end?.();
  }

  async #listen(): Promise<() => void> {
    try {
      const connection = await this.#pool.connect();
      let isOpen = true;
      const end = (): void => {
        if (!isOpen) return;
        isOpen = false;
        this.#listening = undefined;
        connection.release(true);
        this.#wake();
      };
      connection.on('notification', () => this.#wake());
      connection.on('error', end);
      connection.on('end', end);
      await connection.query(`LISTEN ${quote(this.#channel)}`).catch((error: unknown) => {
        end();
        throw error;
      });
      return end;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  #wake(): void {
    this.#isNew = true;
    for (const done of this.#waiting) done();
  }
}
