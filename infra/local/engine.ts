import * as pulumi from '@pulumi/pulumi';
import type { Connection } from './emulator.ts';
import { LocalApplyError } from './errors.ts';
import { regionOf } from './provider.ts';
import type { Provisioner } from './provisioner.ts';
import { STACK_REFERENCE, type StackOutputs, stackState } from './stack-references.ts';

/** What the engine works on and with. */
export interface EngineSettings {
  readonly connection: Connection;
  /** Region of resources that do not say one. */
  readonly region: string;
  readonly provisioner: Provisioner;
  readonly stackOutputs: StackOutputs;
}

/** Takes the place of Pulumi's engine: hands each resource on as the program registers it, and answers with what the emulator said. */
export class LocalEngine implements pulumi.runtime.Mocks {
  /** Rejects with the error that stopped the engine; stays pending when nothing does. */
  readonly failure: Promise<never>;
  readonly #settings: EngineSettings;
  readonly #calls = new Set<Promise<unknown>>();
  #rejectFailure: (error: unknown) => void = () => {};
  #stopped = false;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
    this.failure = new Promise((_, reject) => {
      this.#rejectFailure = reject;
    });
  }

  async newResource(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    // A component exists in Pulumi only. Its children are registered on their own.
    if (!args.custom) return { id: undefined, state: {} };
    return this.#answer(() => this.#provide(args));
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

  async #provide(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
    const { type, name, inputs, provider } = args;
    const { connection, region, provisioner, stackOutputs } = this.#settings;
    if (type === STACK_REFERENCE) return { id: name, state: stackState(inputs, stackOutputs) };
    const emulator = connection.in(regionOf(inputs, provider) ?? region);
    const { id, outputs } = await provisioner.provide({ type, name, inputs }, emulator);
    return { id, state: { ...inputs, ...outputs } };
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
