import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, specifiers } from './manifest.ts';
import type { NodeVersion } from './nodes.ts';
import { mustRun } from './run.ts';

/** A project with the package installed, and the Node that its programs run under. */
export interface Place {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly node: NodeVersion;
}

/** What a program needs that neither reaches AWS nor is told of the SDK's plans for old Nodes. */
const ENV = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
};

type Probed = Readonly<Record<string, { readonly names?: readonly string[]; readonly fault?: string }>>;

/** What each entry exports, imported or required, by specifier. Throws when one cannot be, and names all that cannot. */
export async function entryNames(
  place: Place,
  probe: 'import.mjs' | 'require.cjs',
): Promise<Readonly<Record<string, readonly string[]>>> {
  const args = [probe, JSON.stringify(specifiers(place.manifest))];
  const probed = JSON.parse(await runNode(place, args)) as Probed;
  const faults = Object.entries(probed).filter(([, { names = [] }]) => ownNames(names).length === 0);
  if (faults.length > 0)
    throw new Error(faults.map(([name, { fault }]) => `${name}: ${fault ?? 'exports nothing'}`).join('\n'));
  return Object.fromEntries(Object.entries(probed).map(([name, { names = [] }]) => [name, ownNames(names)]));
}

/** Imports and requires every entry: both see the same names. */
export async function checkEntries(place: Place): Promise<string> {
  const imported = await entryNames(place, 'import.mjs');
  const required = await entryNames(place, 'require.cjs');
  const different = Object.keys(imported).filter((name) => `${imported[name]}` !== `${required[name]}`);
  if (different.length > 0)
    throw new Error(
      different
        .map((name) => `${name}: import gives ${imported[name]}; require gives ${required[name]}`)
        .join('\n'),
    );
  return `${Object.keys(imported).length} entries, import and require`;
}

/** Every executable of the package says how it is used. */
export async function checkBins(place: Place): Promise<string> {
  const { bin, name } = place.manifest;
  for (const [command, file] of Object.entries(bin)) {
    const path = join(place.folder, 'node_modules', name, file);
    if (!existsSync(path)) throw new Error(`${command}: its file is not in the tarball [file=${file}]`);
    const help = await runNode(place, [path, '--help']);
    if (!help.includes(command)) throw new Error(`${command} --help does not name it: ${help}`);
  }
  return `${Object.keys(bin).join(', ')} --help`;
}

/** The workflows can be bundled by a worker of the user's own. */
export async function checkBundle(place: Place): Promise<string> {
  return (await runNode(place, ['bundle.mjs'])).trim();
}

/** The whole chain runs. */
export async function checkChain(place: Place): Promise<string> {
  return (await runNode(place, ['publish.mjs'])).trim();
}

function runNode({ node, folder }: Place, args: readonly string[]): Promise<string> {
  return mustRun(node.executable, args, { cwd: folder, env: ENV, timeout: 120_000 });
}

/** What Node and TypeScript add to a CommonJS module is none of its names. */
function ownNames(names: readonly string[]): string[] {
  return names.filter((name) => !['default', 'module.exports', '__esModule'].includes(name));
}
