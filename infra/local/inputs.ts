/** A resource's input properties, as Pulumi hands them to its mocks. */
export type Inputs = Readonly<Record<string, unknown>>;

/** The value of a property as an attribute of the API; nothing when the property is absent. */
export function attributeValue(inputs: Inputs, property: string): string | undefined {
  const value = inputs[property];
  if (value === undefined || value === null) return undefined;
  // A secret, for one: Pulumi wraps it.
  if (typeof value === 'object') throw new TypeError(`property "${property}" is not a plain value`);
  return String(value);
}

/** API attributes from those input properties that are present, by the table of their names. */
export function toAttributes(
  inputs: Inputs,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([property, attribute]) => {
      const value = attributeValue(inputs, property);
      return value === undefined ? [] : [[attribute, value]];
    }),
  );
}

/** An attribute of the API that can be changed, and its value when nobody sets the property: without it a removed property would stay. */
export type Changeable = Readonly<Record<string, readonly [attribute: string, unset: string]>>;

export function changeableAttributes(inputs: Inputs, table: Changeable): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).map(([property, [attribute, unset]]) => [
      attribute,
      attributeValue(inputs, property) ?? unset,
    ]),
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
