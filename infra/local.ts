import { setImmediate } from 'node:timers/promises';
import * as pulumi from '@pulumi/pulumi';
import shop, { type ShopStackOutputs } from './index.ts';
import { connect } from './local/emulator.ts';
import { LocalEngine } from './local/engine.ts';
import { type LocalOptions, type ResolvedOptions, resolveOptions } from './local/options.ts';
import { Applying, Destroying, type Provisioner } from './local/provisioner.ts';

export { LocalApplyError } from './local/errors.ts';
export type { LocalOptions } from './local/options.ts';

type Program<T> = () => T | Promise<T>;

// Pulumi's runtime is one per process, so runs take turns.
let lastTurn: Promise<unknown> = Promise.resolve();

/** Applies the deployable program (`index.ts`), so that demo and tests have exactly the topology that would be deployed. */
export function applyLocally(options: LocalOptions): Promise<pulumi.Unwrap<ShopStackOutputs>> {
  return applyProgram(shop, options);
}

/** Removes what `applyLocally` made. */
export function destroyLocally(options: LocalOptions): Promise<void> {
  return destroyProgram(shop, options);
}

/**
 * Runs a Pulumi program and makes each of its resources in an emulator of SNS, SQS and S3, in the order of their dependencies and with
 * the properties that a deployment would give them. Returns the program's outputs as plain values.
 *
 * What the emulator has no counterpart for, such as IAM policies, keys and alarms, gets a made-up name and ARN, and `log` is told of it
 * in one line. Applying the same program again changes nothing; a changed one changes the properties of what is there. There is no record
 * of what was applied, so what is no longer in the program stays. While it runs, the process cannot use Pulumi for anything else.
 *
 * @throws LocalApplyError at the first resource that the emulator refuses, or of a type that nobody knows here; and what the program throws.
 */
export function applyProgram<T>(program: Program<T>, options: LocalOptions): Promise<pulumi.Unwrap<T>> {
  const resolved = resolveOptions(options);
  return inTurn(() => run(program, resolved, new Applying(resolved.log)));
}

/**
 * Removes from the emulator what `applyProgram` with this program and these options makes there, last first: also what is protected, and
 * buckets with all that is in them. What is not there is no error, so it may be repeated.
 *
 * @throws LocalApplyError at the first resource that the emulator refuses to remove; and what the program throws.
 */
export async function destroyProgram<T>(program: Program<T>, options: LocalOptions): Promise<void> {
  await inTurn(() => run(program, resolveOptions(options), new Destroying()));
}

function inTurn<T>(action: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(action);
  lastTurn = turn.catch(() => {});
  return turn;
}

async function run<T>(
  program: Program<T>,
  { endpoint, project, stack, config, ...options }: ResolvedOptions,
  provisioner: Provisioner,
): Promise<pulumi.Unwrap<T>> {
  const connection = connect(endpoint);
  const engine = new LocalEngine({ ...options, connection, provisioner });
  try {
    await pulumi.runtime.setMocks(engine, project, stack);
    pulumi.runtime.setAllConfig(config);
    const outputs = await Promise.race([
      pulumi.runtime.runInPulumiStack(() => orStop(program, engine)),
      engine.failure,
    ]);
    // The outputs may be known while resources that none of them needs are still being made.
    await Promise.race([pulumi.runtime.disconnect(), engine.failure]);
    await provisioner.finish();
    return outputs as pulumi.Unwrap<T>;
  } finally {
    await engine.idle();
    // Lets Pulumi finish with what it was answered last, before the next run takes its runtime.
    await setImmediate();
    connection.close();
  }
}

/** Pulumi would report what a program throws several times over; the engine reports it once. */
async function orStop<T>(program: Program<T>, engine: LocalEngine): Promise<T | undefined> {
  try {
    return await program();
  } catch (error) {
    engine.stop(error);
    return undefined;
  }
}
