import type { $ZodType } from 'zod/v4/core';

/** A schema that makes new ones of itself whenever it is asked never ends. */
const MOST_LOOKED_AT = 5_000;

const AsyncFunction = (async () => undefined).constructor;

/**
 * Whether a schema is known to validate asynchronously: one of its refinements or transforms is an `async` function. Others that return a
 * promise are found only when they are called.
 */
export function isKnownAsync(schema: $ZodType): boolean {
  return mentionsAsync(schema, new Set());
}

/** Looks through the definitions of zod's schemas and checks. What `z.lazy` gives is not asked for: it may not be ready yet. */
function mentionsAsync(value: unknown, seen: Set<unknown>): boolean {
  if (value instanceof AsyncFunction) return true;
  if (typeof value !== 'object' || value === null || seen.has(value) || seen.size >= MOST_LOOKED_AT)
    return false;
  seen.add(value);
  return membersOf(definitionOf(value) ?? value).some((member) => mentionsAsync(member, seen));
}

function definitionOf(value: object): object | undefined {
  const internals: unknown = Object.getOwnPropertyDescriptor(value, '_zod')?.value;
  const isSchema = typeof internals === 'object' && internals !== null && 'def' in internals;
  return isSchema && typeof internals.def === 'object' ? (internals.def ?? undefined) : undefined;
}

/** The shape of an object that refers to itself is computed when it is read, which is too early here when it throws. */
function membersOf(value: object): readonly unknown[] {
  try {
    return Object.values(value);
  } catch {
    return [];
  }
}
