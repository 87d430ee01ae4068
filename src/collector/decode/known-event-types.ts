import type { $ZodType } from 'zod/v4/core';

/** Every type that an event of this schema can have; undefined when the schema does not tell. */
export function knownEventTypes(schema: $ZodType): ReadonlySet<string> | undefined {
  const options = optionsOf(schema);
  const types = options.map(typesOfOption);
  if (types.some((known) => known === undefined)) return undefined;
  return new Set(types.flatMap((known) => [...(known ?? [])]));
}

/** Of unions, also of those within: their members. */
function optionsOf(schema: $ZodType): readonly $ZodType[] {
  const { def } = schema._zod;
  const options = 'options' in def && Array.isArray(def.options) ? (def.options as $ZodType[]) : undefined;
  return options?.flatMap(optionsOf) ?? [schema];
}

function typesOfOption(schema: $ZodType): readonly string[] | undefined {
  const { propValues, values } = schema._zod;
  const found = propValues?.['type'] ?? propValues?.['TAG'] ?? values;
  const texts = [...(found ?? [])].filter((value) => typeof value === 'string');
  return texts.length > 0 ? texts : undefined;
}
