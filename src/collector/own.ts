/** What was given under that name, and not what every object has: a topic or an event type may be called `constructor`. */
export function own<Value>(
  values: Readonly<Record<string, Value>> | undefined,
  name: string | undefined,
): Value | undefined {
  return values !== undefined && name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}
