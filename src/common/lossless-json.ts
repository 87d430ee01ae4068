/** A place where JSON would not say what the value is. */
export interface JsonLoss {
  /** As `event.items[2].amount`; empty for the value itself. */
  readonly path: string;
  /** What JSON makes of it. */
  readonly reason: string;
}

/**
 * Where JSON would silently change a value: what arrives must equal what was stored. Not a loss is what JSON is meant to do: properties
 * that are `undefined` are left out, `toJSON` says for an object what it is, and numbers are doubles.
 *
 * Of a value that `JSON.stringify` has taken: it has no cycles, and no bigint.
 */
export function jsonLosses(value: unknown, path = ''): readonly JsonLoss[] {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? NONE : [{ path, reason: `is ${value}, of which JSON makes null` }];
    case 'function':
    case 'symbol':
      return [{ path, reason: `is a ${typeof value}, which JSON leaves out` }];
    case 'object':
      return value === null ? NONE : lossesOfObject(value, path);
    default:
      return NONE;
  }
}

const NONE: readonly JsonLoss[] = [];

function lossesOfObject(value: object, path: string): readonly JsonLoss[] {
  if (Array.isArray(value)) return lossesOfArray(value, path);
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return lossesOfJson(value, value.toJSON(''), path);
  if (isUnwrapped(value)) return jsonLosses(value.valueOf(), path);
  const keys = Object.keys(value);
  if (keys.length === 0) return lossOfEmpty(value, path);
  const losses: JsonLoss[] = [];
  for (const key of keys) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    // The path is made only where it is needed: this runs for every message.
    if (!isPlainScalar(member)) losses.push(...jsonLosses(member, path === '' ? key : `${path}.${key}`));
  }
  return losses;
}

/** Of what an object says itself that it is in JSON. */
function lossesOfJson(value: object, json: unknown, path: string): readonly JsonLoss[] {
  const isInvalidDate = value instanceof Date && json === null;
  return isInvalidDate
    ? [{ path, reason: 'is an invalid Date, of which JSON makes null' }]
    : jsonLosses(json, path);
}

function lossesOfArray(value: readonly unknown[], path: string): readonly JsonLoss[] {
  const losses: JsonLoss[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const item = value[index];
    if (item === undefined)
      losses.push({
        path: `${path}[${index}]`,
        reason: 'is undefined, of which JSON makes null in an array',
      });
    else if (!isPlainScalar(item)) losses.push(...jsonLosses(item, `${path}[${index}]`));
  }
  return losses;
}

/** A Map, a Set, an Error or a class with private fields shows JSON nothing. */
function lossOfEmpty(value: object, path: string): readonly JsonLoss[] {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return NONE;
  const name = value.constructor?.name || 'class of its own';
  return [{ path, reason: `is an instance of ${name}, of which JSON makes an empty object` }];
}

/** JSON takes these for the value that they hold. */
function isUnwrapped(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean;
}

function isPlainScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === undefined || value === null;
}
