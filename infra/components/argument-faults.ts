import * as pulumi from '@pulumi/pulumi';

export type ArgumentFault = pulumi.InputPropertyErrorDetails;

/** Throws one error that names every fault; does nothing when there is none. Call it before the component registers anything. */
export function refuseFaults(component: string, faults: readonly ArgumentFault[]): void {
  if (faults.length === 0) return;
  const lines = faults.map(({ propertyPath, reason }) => `\n  - ${propertyPath}: ${reason}`);
  throw new pulumi.InputPropertiesError({
    message: `${component} cannot be created [faults=${faults.length}]. Correct its arguments:${lines.join('')}`,
    errors: [...faults],
  });
}

/** A name that becomes part of a resource name of SNS or SQS, of which `maxLength` characters are left to it. */
export function nameFaults(name: string, maxLength: number): ArgumentFault[] {
  if (/^[\w-]+$/.test(name) && name.length <= maxLength) return [];
  const reason = `must be 1 to ${maxLength} letters, digits, "-" or "_" [length=${name.length}, value=${JSON.stringify(name)}]`;
  return [{ propertyPath: 'name', reason }];
}

export interface WholeNumberArgument {
  readonly propertyPath: string;
  readonly value: pulumi.Input<number> | undefined;
  readonly min: number;
  readonly max: number;
}

/** An absent value takes its default, and one that only the deployment knows is left to AWS: neither is a fault. */
export function wholeNumberFaults({ propertyPath, value, min, max }: WholeNumberArgument): ArgumentFault[] {
  if (value === undefined || !isKnown(value)) return [];
  if (Number.isInteger(value) && value >= min && value <= max) return [];
  return [{ propertyPath, reason: `must be a whole number from ${min} to ${max} [value=${value}]` }];
}

/** Whether the value is there now, rather than after some resource was created. */
export function isKnown<T>(value: pulumi.Input<T>): value is T {
  return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}
