import type { Emulator } from './emulator.ts';
import { LocalApplyError, reasonOf } from './errors.ts';
import type { Inputs } from './inputs.ts';
import type { AppliedResource, RegisteredResource, ResourceType } from './resource-type.ts';
import { RESOURCE_TYPES } from './resources.ts';
import { standIn } from './stand-ins.ts';

/** What is done with a program's resources, one after the other as it registers them. */
export interface Provisioner {
  provide(resource: RegisteredResource, emulator: Emulator): Promise<AppliedResource>;
  /** Called once the program has registered everything. */
  finish(): Promise<void>;
}

/** Makes everything that the emulator can hold, and tells of the rest. */
export class Applying implements Provisioner {
  readonly #log: (line: string) => void;
  readonly #missing: string[] = [];

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  async provide(resource: RegisteredResource, emulator: Emulator): Promise<AppliedResource> {
    const { type, name, inputs } = resource;
    const known = RESOURCE_TYPES.get(type);
    if (known === undefined) {
      const instead = standInFor(resource, emulator);
      this.#missing.push(type);
      return instead;
    }
    this.#missing.push(...unusedProperties(inputs, known).map((property) => `${type}.${property}`));
    return explain('Cannot make a resource in the emulator', resource, () =>
      known.apply(inputs, emulator, name),
    );
  }

  async finish(): Promise<void> {
    if (this.#missing.length > 0) this.#log(`Not in the emulator: ${counted(this.#missing)}`);
  }
}

/** Removes what the program would make, last first, once it is known what that is. Nothing is made for it. */
export class Destroying implements Provisioner {
  readonly #removals: (() => Promise<void>)[] = [];

  async provide(resource: RegisteredResource, emulator: Emulator): Promise<AppliedResource> {
    const { type, name, inputs } = resource;
    const known = RESOURCE_TYPES.get(type);
    if (known === undefined) return standInFor(resource, emulator);
    this.#removals.unshift(() =>
      explain('Cannot remove a resource from the emulator', resource, () =>
        known.remove(inputs, emulator, name),
      ),
    );
    return explain('Cannot find a resource in the emulator', resource, () =>
      known.identify(inputs, emulator, name),
    );
  }

  async finish(): Promise<void> {
    for (const remove of this.#removals) await remove();
  }
}

function standInFor(resource: RegisteredResource, emulator: Emulator): AppliedResource {
  const instead = standIn(resource, emulator);
  if (instead !== undefined) return instead;
  throw new LocalApplyError(
    `The local apply does not know this type of resource, nor what it would answer to what depends on it ${described(resource)}. ` +
      'Leave it out of the local program, or add it to infra/local/stand-ins.ts.',
  );
}

function unusedProperties(inputs: Inputs, { properties }: ResourceType): string[] {
  return Object.keys(inputs).filter((property) => !properties.includes(property));
}

/** `2 a, 1 b`, in alphabetical order. */
function counted(names: readonly string[]): string {
  const sorted = [...new Set(names)].sort();
  return sorted.map((name) => `${names.filter((one) => one === name).length} ${name}`).join(', ');
}

async function explain<T>(what: string, resource: RegisteredResource, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new LocalApplyError(`${what} ${described(resource)}: ${reasonOf(cause)}`, { cause });
  }
}

function described({ type, name }: RegisteredResource): string {
  return `[type=${type}, name=${name}]`;
}
