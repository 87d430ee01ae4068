import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EventTopicError } from '../common/errors.ts';

/** What a module of the user exports, by name. Throws `INVALID_SPEC`. */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  if (/\.[cm]?tsx?$/.test(path)) await enableTypeScript(file);
  try {
    const exports = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    const { default: main, ...named } = exports;
    // Of a CommonJS module Node may see its exports as the default only.
    return { ...(isNamespace(main) ? main : {}), ...named, default: main };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidSpec(file, `cannot be loaded: ${reason}`, { action: 'Correct it, or its path', cause });
  }
}

export function invalidSpec(
  file: string,
  fact: string,
  options: { readonly action: string; readonly cause?: unknown },
): EventTopicError {
  const { action, cause } = options;
  return new EventTopicError('INVALID_SPEC', `${file} ${fact}`, { action, cause });
}

/** The user's tsx, which knows all of TypeScript; else Node itself, where it can. */
async function enableTypeScript(file: string): Promise<void> {
  const tsx = findTsx();
  if (tsx !== undefined) {
    const { register } = (await import(pathToFileURL(tsx).href)) as { register: () => unknown };
    register();
    return;
  }
  if ((process.features as { typescript?: unknown }).typescript) return;
  throw invalidSpec(file, `is TypeScript, which Node ${process.versions.node} does not run by itself`, {
    action: 'Run: npm install --save-dev tsx; or use Node 22.18 or newer, or a compiled .js file',
  });
}

/** What an `import` of the user's project would find. `require.resolve` finds what a `require` would, which registers nothing. */
function findTsx(): string | undefined {
  const require = createRequire(`${process.cwd()}${sep}`);
  try {
    const manifest = require.resolve('tsx/package.json');
    const { exports } = require(manifest) as TsxManifest;
    return join(dirname(manifest), exports['./esm/api'].import.default);
  } catch {
    return undefined;
  }
}

interface TsxManifest {
  readonly exports: { readonly './esm/api': { readonly import: { readonly default: string } } };
}

function isNamespace(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
