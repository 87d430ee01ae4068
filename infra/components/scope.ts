import type * as pulumi from '@pulumi/pulumi';

export type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** What every child of a component gets from it. */
export interface Scope {
  /** The component's resource name, with which its children's begin. */
  readonly name: string;
  /** Options of a child. */
  readonly child: { readonly parent: pulumi.Resource };
  readonly tags: Tags | undefined;
}

/**
 * Beginning of the name of an IAM resource; AWS's provider completes it. IAM's names are an account's, not a region's, so a fixed one
 * would keep the same program out of a second region.
 */
export function iamNamePrefix(name: string, maxLength: number): string {
  return `${name.slice(0, maxLength - 1)}-`;
}

// The provider appends 26 characters to what it is given: IAM takes names of 128 and, for roles, 64 characters.
export const MAX_POLICY_NAME_PREFIX = 102;
export const MAX_ROLE_NAME_PREFIX = 38;
