import { loadPeer } from './load-peer.ts';

/** What is used of the emulator. Its own types would have to be installed wherever this package is compiled against. */
interface Fauxqs {
  startFauxqs(options: {
    readonly port: number;
    readonly host: string;
    readonly logger: boolean;
  }): Promise<{ readonly port: number; stop(): Promise<void> }>;
}

// Not a literal: the compiler would look for it, and the CommonJS build cannot find it.
const PACKAGE: string = 'fauxqs';

/** Loads the emulator, an optional peer. */
export function loadFauxqs(): Promise<Fauxqs> {
  return loadPeer(PACKAGE, () => import(PACKAGE).catch(importFromCommonJs));
}

/** fauxqs is an ES module only, and in this package's CommonJS build TypeScript turns `import()` into `require()`. */
async function importFromCommonJs(error: unknown): Promise<Fauxqs> {
  const { code } = error as { readonly code?: unknown };
  if (code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
  const nativeImport = new Function('specifier', 'return import(specifier)');
  return nativeImport(PACKAGE);
}
