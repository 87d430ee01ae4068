/** A resource's input properties, as Pulumi hands them to its mocks. */
export type Inputs = Readonly<Record<string, unknown>>;

/** API attributes from input properties, by the table of their names. A property that is not in the table is refused, not dropped. */
export function toAttributes(
  inputs: Inputs,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => {
      const attribute = names[property];
      if (attribute === undefined)
        throw new TypeError(`the local apply does not support property "${property}"`);
      if (typeof value === 'object') throw new TypeError(`property "${property}" is not a plain value`);
      return [attribute, String(value)];
    }),
  );
}

/** A value that must be there and be text, whether an input or part of an answer. */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is missing or not text`);
  return value;
}

/** Resource tags; none when the resource has none. */
export function toTags(tags: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [key, String(value)]));
}
