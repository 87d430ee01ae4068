import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../examples/free-port.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { Customer, renamed } from '../support/customer.ts';
import { receiveAll, useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { until } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { buildImage, type Image } from '../upgrade/dockerfile.ts';
import { startLocalRegistry } from '../upgrade/local-registry.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const BUILD_TIMEOUT_MS = 300_000;

describe("the worker's image, built without Docker from the packed package", () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();
  let folder: string;
  let image: Image;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'worker-image-'));
    // Who runs the image is not who builds it.
    chmodSync(folder, 0o755);
    const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
    const registry = await startLocalRegistry(join(root, 'node_modules'), [join(folder, tarball)]);
    const { PATH = '' } = process.env;
    image = await buildImage(readFileSync(join(root, 'infra/worker-image/Dockerfile'), 'utf8'), {
      folder,
      args: { VERSION: version },
      env: {
        PATH,
        HOME: folder,
        npm_config_registry: registry.url,
        npm_config_cache: join(folder, 'npm'),
        npm_config_userconfig: '/dev/null',
        npm_config_update_notifier: 'false',
      },
      isOfSystem: (command) => command.startsWith('apt-get '),
    });
    await registry.close();
  }, BUILD_TIMEOUT_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }), BUILD_TIMEOUT_MS);

  it('needs nothing of the system but its certificate authorities', () => {
    expect(image.leftOut).toEqual([
      expect.stringMatching(/^apt-get update && apt-get install .* ca-certificates && /),
    ]);
  });

  it('publishes as its entrypoint, as its user, and stops', async () => {
    const [command = '', ...args] = image.entrypoint;
    const [uid, gid] = image.user.split(':').map(Number);
    const HEALTH_ADDRESS = `127.0.0.1:${await freePort()}`;
    const worker = spawn(join(image.root, command), args, {
      cwd: join(image.root, image.workdir),
      // Only root can become somebody else.
      ...(process.getuid?.() === 0 ? { uid, gid } : {}),
      env: {
        ...image.env,
        PATH: process.env['PATH'],
        EVENT_TOPICS: JSON.stringify({ Customer: emulator.eventTopics['Customer'] }),
        TEMPORAL_ADDRESS: temporal.env.address,
        AWS_ENDPOINT_URL_SNS: emulator.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        HEALTH_ADDRESS,
      },
    });
    const ended = once(worker, 'close');
    const log = text(worker.stderr);
    try {
      await until(() =>
        fetch(`http://${HEALTH_ADDRESS}/readyz`).then(
          ({ ok }) => ok,
          () => worker.exitCode !== null,
        ),
      );
      await new EventTopic(Customer, { client: temporal.env.client }).publish([renamed('image', 'image/1')]);
      for (const queueUrl of Object.values(emulator.collectors))
        expect(await receiveAll(emulator.endpoint, queueUrl, 1)).toHaveLength(1);
    } finally {
      worker.kill('SIGTERM');
    }
    expect([await ended, await log]).toEqual([[0, null], expect.stringContaining('"message":"Publishes"')]);
  });
});
