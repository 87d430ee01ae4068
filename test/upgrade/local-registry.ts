// A package registry of what is installed here, for `npm install` where nothing else can be reached.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { arch } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** Where a version's files come from: a folder of node_modules, or a tarball. */
interface Offer {
  readonly manifest: Manifest;
  readonly from: string;
}

export interface LocalRegistry {
  readonly url: string;
  close(): Promise<void>;
}

export async function startLocalRegistry(
  nodeModules: string,
  tarballs: readonly string[],
): Promise<LocalRegistry> {
  const offers = [...installedIn(nodeModules), ...(await Promise.all(tarballs.map(packed)))];
  const server = createServer((request, response) => {
    const [name = '', version] = decodeURIComponent(request.url ?? '')
      .slice(1)
      .split('/-/');
    const ofName = offers.filter(({ manifest }) => manifest.name === name);
    const wanted = ofName.find(({ manifest }) => manifest.version === version);
    if (wanted) send(wanted, response);
    else if (ofName.length > 0)
      response.end(JSON.stringify(packument(ofName, `http://${request.headers.host}`)));
    else response.writeHead(404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function packument(offers: readonly Offer[], origin: string): unknown {
  const versions = offers.map(({ manifest }) => {
    const tarball = `${origin}/${encodeURIComponent(manifest.name)}/-/${manifest.version}`;
    return [manifest.version, { ...manifest, dist: { tarball } }] as const;
  });
  return {
    name: offers[0]?.manifest.name,
    'dist-tags': { latest: offers.at(-1)?.manifest.version },
    versions: Object.fromEntries(versions),
  };
}

function send({ from }: Offer, response: ServerResponse): void {
  if (from.endsWith('.tgz')) return void createReadStream(from).pipe(response);
  // Of native parts only this machine's: they are large.
  const releases = existsSync(join(from, 'releases')) ? readdirSync(join(from, 'releases')) : [];
  const others = releases.filter(
    (platform) => !platform.startsWith(arch() === 'arm64' ? 'aarch64' : 'x86_64'),
  );
  const left = ['./node_modules', ...others.map((platform) => `./releases/${platform}`)];
  const exclude = left.map((path) => `--exclude=${path}`);
  const tar = spawn('tar', ['-cf', '-', ...exclude, '--transform', 's,^\\.,package,', '-C', from, '.']);
  tar.stdout.pipe(response);
}

function installedIn(nodeModules: string): readonly Offer[] {
  const folders = readdirSync(nodeModules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(nodeModules, name)).map((part) => join(name, part)) : [name],
  );
  return folders.flatMap((folder) => {
    const from = join(nodeModules, folder);
    if (!existsSync(join(from, 'package.json'))) return [];
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest;
    const nested = join(from, 'node_modules');
    return [{ manifest, from }, ...(existsSync(nested) ? installedIn(nested) : [])];
  });
}

async function packed(tarball: string): Promise<Offer> {
  const tar = spawn('tar', ['-xzOf', tarball, 'package/package.json']);
  return { manifest: JSON.parse(await text(tar.stdout)), from: tarball };
}
