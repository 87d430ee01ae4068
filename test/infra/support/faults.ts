import * as pulumi from '@pulumi/pulumi';
import { type Registrations, registrationsOf } from './registrations.ts';

export interface Refusal {
  readonly error: pulumi.InputPropertiesError | undefined;
  readonly registered: Registrations;
}

/** What comes of constructing a component with arguments that are perhaps faulty. */
export async function construct(create: () => pulumi.ComponentResource): Promise<Refusal> {
  let error: pulumi.InputPropertiesError | undefined;
  const registered = await registrationsOf(() => {
    try {
      create();
    } catch (thrown) {
      if (!pulumi.InputPropertiesError.isInstance(thrown)) throw thrown;
      error = thrown;
    }
  });
  return { error, registered };
}

/** The arguments that were found faulty. */
export async function faultyArguments(create: () => pulumi.ComponentResource): Promise<string[]> {
  const { error } = await construct(create);
  return error?.errors.map(({ propertyPath }) => propertyPath) ?? [];
}
