/** A place where JSON would not say what the value is. */
export interface JsonLoss {
  /** As `event.items.2.amount`; empty for the value itself. */
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
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const key = path.slice(path.lastIndexOf('.') + 1);
    return lossesOfJson(value, value.toJSON(key), path);
  }
  if (Array.isArray(value)) return lossesOfMembers(value.keys(), value, path);
  if (value instanceof Number || value instanceof String || value instanceof Boolean)
    return jsonLosses(value.valueOf(), path);
  const keys = Object.keys(value);
  if (isSeenByJson(value, keys)) return lossesOfMembers(keys, value, path);
  const name = value.constructor?.name || 'a class without a name';
  return [
    {
      path,
      reason: `is an instance of ${name}, of which JSON makes ${keys.length > 0 ? 'a plain' : 'an empty'} object`,
    },
  ];
}

/** Of what an object says itself that it is in JSON. */
function lossesOfJson(value: object, json: unknown, path: string): readonly JsonLoss[] {
  const isInvalidDate = value instanceof Date && json === null;
  return isInvalidDate
    ? [{ path, reason: 'is an invalid Date, of which JSON makes null' }]
    : jsonLosses(json, path);
}

function lossesOfMembers(keys: Iterable<string | number>, value: object, path: string): readonly JsonLoss[] {
  const isList = Array.isArray(value);
  const losses: JsonLoss[] = [];
  for (const key of keys) {
    const member = (value as Readonly<Record<string | number, unknown>>)[key];
    // The path is made only where it is needed: this runs for every message.
    if (isScalar(member)) continue;
    const place = path === '' ? String(key) : `${path}.${key}`;
    if (member !== undefined) losses.push(...jsonLosses(member, place));
    else if (isList)
      losses.push({ path: place, reason: 'is undefined, of which JSON makes null in an array' });
  }
  return losses;
}

/** Plain objects, and instances of classes whose fields JSON sees. A Map, an Error or private fields it does not see. */
function isSeenByJson(value: object, keys: readonly string[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return true;
  return keys.length > 0 && !HIDDEN.has(Object.prototype.toString.call(value)) && !ArrayBuffer.isView(value);
}

/** Built-in objects whose content is not in their properties, also when they have some. */
const HIDDEN = new Set(
  ['Map', 'Set', 'WeakMap', 'WeakSet', 'Error', 'RegExp', 'Promise', 'ArrayBuffer'].map(
    (name) => `[object ${name}]`,
  ),
);

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}
