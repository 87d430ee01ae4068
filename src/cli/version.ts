import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { here } from '../here.cts';

/** Version of the installed package. */
export function packageVersion(): string {
  return readPackage(here).version;
}

/** The nearest package.json with a version: the one of the CommonJS build has none. */
function readPackage(folder: string): { readonly version: string } {
  try {
    const read = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string };
    if (read.version !== undefined) return { version: read.version };
  } catch {
    // Not in this folder.
  }
  const parent = dirname(folder);
  return parent === folder ? { version: 'unknown' } : readPackage(parent);
}
