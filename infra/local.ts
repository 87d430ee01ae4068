import { setImmediate } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import shop, { type ShopOutputs } from './index.ts';
import { connect, type LocalOptions } from './local/emulator.ts';
import { LocalEngine } from './local/engine.ts';

export type { LocalOptions } from './local/emulator.ts';
export { LocalApplyError } from './local/engine.ts';

// What the program sees as its project and stack.
const PROJECT = 'event-topic';
const STACK = 'local';

// Pulumi's runtime is one per process, so applies take turns.
let lastTurn: Promise<unknown> = Promise.resolve();

/** Applies the deployable program (`index.ts`), so that demo and tests have exactly the topology that would be deployed. */
export function applyLocally(options: LocalOptions): Promise<pulumi.Unwrap<ShopOutputs>> {
  return applyProgram(shop, options);
}

/**
 * Runs a Pulumi program and makes each of its resources in an emulator of SNS and SQS, in the order of their dependencies and with
 * the properties that a deployment would give them. Returns the program's outputs as plain values.
 *
 * Applying the same program again changes nothing. There is no record of what was applied, so nothing is updated or deleted either: a
 * changed program wants an empty emulator. While it runs, the process cannot use Pulumi for anything else.
 *
 * @throws LocalApplyError at the first resource that the emulator refuses, or that is none of its kinds; and what the program throws.
 */
export async function applyProgram<T>(
  program: () => T | Promise<T>,
  options: LocalOptions,
): Promise<pulumi.Unwrap<T>> {
  const turn = lastTurn.then(() => run(program, options));
  lastTurn = turn.catch(() => {});
  return turn;
}

async function run<T>(program: () => T | Promise<T>, options: LocalOptions): Promise<pulumi.Unwrap<T>> {
  const emulator = connect(options);
  const engine = new LocalEngine(emulator);
  try {
    await pulumi.runtime.setMocks(engine, PROJECT, STACK);
    const stack = pulumi.runtime.runInPulumiStack(() => orStop(program, engine));
    const outputs = await Promise.race([stack, engine.failure]);
    // The outputs may be known while resources that none of them needs are still being made.
    await Promise.race([pulumi.runtime.disconnect(), engine.failure]);
    return outputs as pulumi.Unwrap<T>;
  } finally {
    await engine.idle();
    // Lets Pulumi finish with what it was answered last, before the next apply takes its runtime.
    await setImmediate();
    emulator.close();
  }
}

/** Pulumi would report what a program throws several times over; the engine reports it once. */
async function orStop<T>(program: () => T | Promise<T>, engine: LocalEngine): Promise<T | undefined> {
  try {
    return await program();
  } catch (error) {
    engine.stop(error);
    return undefined;
  }
}
