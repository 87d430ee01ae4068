import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, specifiers } from './manifest.ts';
import { run } from './run.ts';

/** How a user's TypeScript looks for modules, and what kind of modules the user's program has. */
export interface Resolution {
  readonly moduleResolution: 'node16' | 'nodenext' | 'bundler';
  readonly format: 'ESM' | 'CJS';
}

export const RESOLUTIONS: readonly Resolution[] = (['node16', 'nodenext', 'bundler'] as const).flatMap(
  (moduleResolution) => [
    { moduleResolution, format: 'ESM' } as const,
    { moduleResolution, format: 'CJS' } as const,
  ],
);

export interface TypeCheck {
  /** A project with the package installed. */
  readonly project: string;
  readonly manifest: Manifest;
  /** Path of `typescript/bin/tsc`. */
  readonly tsc: string;
  readonly resolution: Resolution;
  /** Take declarations as they are, which is three times as fast: whether they are found is checked even so. Default: false. */
  readonly skipLibCheck?: boolean;
}

/**
 * Compiles a small program that uses every entry. Declarations are checked too, for one that cannot be resolved would silently be
 * `any`; of the faults in them, only the package's own count.
 */
export async function checkTypes(check: TypeCheck): Promise<string> {
  const { project, manifest, tsc, resolution } = check;
  const folder = join(project, 'types', `${resolution.moduleResolution}-${resolution.format}`);
  await writeProgram(folder, check);
  const { code, output } = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
  });
  const faults = ownFaults(output, manifest.name);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  // It ran at all: the faults of others alone end it with 1 or 2.
  if (code === null || (code !== 0 && !output.includes('error TS'))) throw new Error(output);
  return `${specifiers(manifest).length} entries`;
}

/** Lines about the program, the configuration, or the package's own declarations. */
function ownFaults(output: string, name: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.includes('error TS'))
    .filter((line) => !line.includes('node_modules/') || line.includes(`node_modules/${name}/`));
}

async function writeProgram(folder: string, check: TypeCheck): Promise<void> {
  const { manifest, resolution, skipLibCheck = false } = check;
  await mkdir(folder, { recursive: true });
  const { moduleResolution, format } = resolution;
  const type = format === 'ESM' ? 'module' : 'commonjs';
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type }));
  const bundled = format === 'ESM' ? 'esnext' : 'commonjs';
  const compilerOptions = {
    module: moduleResolution === 'bundler' ? bundled : moduleResolution,
    moduleResolution,
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  await writeFile(join(folder, 'program.ts'), program(manifest));
}

/** An entry whose types are not found is an error; one that is `any` would know the name that is not there. */
function program(manifest: Manifest): string {
  const lines = specifiers(manifest).flatMap((specifier, index) => [
    `import * as entry${index} from '${specifier}';`,
    `export const names${index}: readonly string[] = Object.keys(entry${index});`,
    '// @ts-expect-error: nothing has this name.',
    `entry${index}.thereIsNoSuchExport;`,
  ]);
  return `${lines.join('\n')}\n`;
}
