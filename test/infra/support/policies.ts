import type { Registrations } from './registrations.ts';

/** One statement as it is rendered. */
export interface RenderedStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface RenderedPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly RenderedStatement[];
}

/** The policy document that a resource was registered with. */
export function policyOf(
  registered: Registrations,
  reference: string,
  property: 'policy' | 'assumeRolePolicy' = 'policy',
): RenderedPolicy {
  return JSON.parse(String(registered.get(reference).inputs[property]));
}
