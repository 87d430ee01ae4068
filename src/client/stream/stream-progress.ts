import type { Changes } from '../changes.ts';

/** Told how many messages from the start of the source are all accepted. */
export type OnProgress = (accepted: number) => void | Promise<void>;

/** Reports progress one call at a time: what is reached while a report is under way is reported together afterwards. */
export class StreamProgress {
  readonly #onProgress: OnProgress;
  readonly #onFailure: (error: unknown) => void;
  readonly #changes: Changes;
  #reached = 0;
  #reported = 0;
  #state: 'idle' | 'reporting' | 'failed' = 'idle';

  constructor(onProgress: OnProgress, onFailure: (error: unknown) => void, changes: Changes) {
    this.#onProgress = onProgress;
    this.#onFailure = onFailure;
    this.#changes = changes;
  }

  reach(accepted: number): void {
    this.#reached = accepted;
    if (this.#state === 'idle') void this.#report();
  }

  get isReporting(): boolean {
    return this.#state === 'reporting';
  }

  async #report(): Promise<void> {
    this.#state = 'reporting';
    try {
      while (this.#reported < this.#reached) {
        this.#reported = this.#reached;
        await this.#onProgress(this.#reported);
      }
      this.#state = 'idle';
    } catch (error) {
      this.#state = 'failed';
      this.#onFailure(error);
    }
    this.#changes.notify();
  }
}
