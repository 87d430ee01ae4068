import type { Emulator } from './emulator.ts';
import type { Inputs } from './inputs.ts';

/** A resource as the program registers it. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
}

/** What Pulumi learns of a resource once it exists. */
export interface AppliedResource {
  readonly id: string;
  /** Output properties that are not inputs. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A type of resource that the emulator has, and how it is made and removed through the API. */
export interface ResourceType {
  /** The input properties that reach the emulator. Any other is reported. */
  readonly properties: readonly string[];
  /** Makes it, or makes what is there as the inputs say. */
  apply(inputs: Inputs, emulator: Emulator, resourceName: string): Promise<AppliedResource>;
  /** What `apply` would answer, whether or not the resource is there. Changes nothing. */
  identify(inputs: Inputs, emulator: Emulator, resourceName: string): Promise<AppliedResource>;
  /** Does nothing when it is not there. */
  remove(inputs: Inputs, emulator: Emulator, resourceName: string): Promise<void>;
}

/** Names of the AWS SDK's errors for what is not there. */
const MISSING = ['NotFoundException', 'QueueDoesNotExist', 'NoSuchBucket'];

/** The answer, or nothing when what is asked for is not there. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && MISSING.includes(error.name)) return undefined;
    throw error;
  }
}
