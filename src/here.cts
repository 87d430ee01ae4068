// CommonJS on purpose: `__dirname` is the one way to find this package's own files that works in both builds
// (`import.meta` does not compile to CommonJS).
/** Folder of the compiled (or, in development, the source) files of this package. */
export const here: string = __dirname;
/** Extension of the modules beside this one: `.js` in the package, `.ts` when run from the sources. */
export const moduleExtension: '.js' | '.ts' = __filename.endsWith('.cts') ? '.ts' : '.js';
