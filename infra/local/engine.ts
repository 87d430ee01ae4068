import * as pulumi from '@pulumi/pulumi';
import type { Emulator } from './emulator.ts';
import { applyByType } from './resources.ts';

/** Something that the program asks for and that cannot be had in the emulator. */
export class LocalApplyError extends Error {
  override readonly name = 'LocalApplyError';
}

/** Takes the place of Pulumi's engine: makes each resource as the program registers it, and answers with what the emulator said. */
export class LocalEngine implements pulumi.runtime.Mocks {
  /** Rejects with the error that stopped the engine; stays pending when nothing does. */
  readonly failure: Promise<never>;
  readonly #emulator: Emulator;
  readonly #calls = new Set<Promise<unknown>>();
  #rejectFailure: (error: unknown) => void = () => {};
  #stopped = false;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.failure = new Promise((_, reject) => {
      this.#rejectFailure = reject;
    });
  }

  async newResource(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    // A component exists in Pulumi only. Its children are registered on their own.
    if (!args.custom) return { id: undefined, state: {} };
    return this.#answer(() => this.#apply(args));
  }

  async call({ token }: pulumi.runtime.MockCallArgs): Promise<pulumi.runtime.MockCallResult> {
    return this.#answer(async () => {
      throw new LocalApplyError(`The local apply does not support provider functions [function=${token}].`);
    });
  }

  /** The first error counts. Nothing more is made after it. */
  stop(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    // Or Pulumi complains, when the process exits, of the resources that nobody will ever answer for.
    pulumi.runtime.terminateRpcs();
    this.#rejectFailure(error);
  }

  /** Resolves when no call to the emulator is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }

  async #apply(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    const resource = `[type=${args.type}, name=${args.name}]`;
    const apply = applyByType.get(args.type);
    if (apply === undefined) {
      const supported = [...applyByType.keys()].join(', ');
      throw new LocalApplyError(
        `The local apply does not support this type of resource ${resource}. It supports ${supported}.`,
      );
    }
    try {
      const { id, outputs } = await apply(args.inputs, this.#emulator);
      return { id, state: { ...args.inputs, ...outputs } };
    } catch (cause) {
      throw new LocalApplyError(`Cannot make a resource in the emulator ${resource}: ${reason(cause)}`, {
        cause,
      });
    }
  }

  /**
   * A failure is not passed on to Pulumi: it would come back as one unhandled rejection for each output of the resource. What waits
   * for an answer waits for ever instead, and `failure` tells the caller.
   */
  async #answer<T>(action: () => Promise<T>): Promise<T> {
    if (this.#stopped) return never();
    const call = action();
    this.#calls.add(call);
    try {
      return await call;
    } catch (error) {
      this.stop(error);
      return never();
    } finally {
      this.#calls.delete(call);
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** The AWS SDK's errors may have no message, as for a refused connection to a host of several addresses. */
function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
