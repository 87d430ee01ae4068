import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll } from 'vitest';
import type { RunningTemporal } from '../support/temporal.ts';
import { Fleet } from './fleet.ts';
import { installRelease, packWorkTree, type Release } from './release.ts';
import { type SlowSns, startSlowSns } from './slow-sns.ts';
import { TOPICS } from './topics.ts';

const START_TIMEOUT_MS = 300_000;

/** What an upgrade is tried with. Usable in hooks and tests. */
export interface UpgradeRig {
  /** The last release, and the state of this work tree. */
  readonly last: Release;
  readonly next: Release;
  readonly sns: SlowSns;
  readonly fleet: Fleet;
  /** Of SQS. */
  readonly endpoint: string;
  readonly topicArns: Record<string, string>;
  readonly queueUrls: Record<string, string>;
}

/** Runs while the tests of this `describe` run. */
export function useUpgradeRig(temporal: RunningTemporal): UpgradeRig {
  const rig = {} as { -readonly [Key in keyof UpgradeRig]: UpgradeRig[Key] };
  const folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  beforeAll(async () => {
    for (const name of ['last', 'next']) mkdirSync(join(folder, name));
    rig.last = installRelease(lastRelease(), join(folder, 'last'));
    rig.next = installRelease(packWorkTree(folder), join(folder, 'next'));
    Object.assign(rig, await startQueues(cleanUps));
    rig.sns = await startSlowSns({ emulator: rig.endpoint, delayMs: 50 });
    cleanUps.push(() => rig.sns.close());
    const { topicArns, sns } = rig;
    rig.fleet = new Fleet({ temporalAddress: temporal.env.address, endpoint: sns.endpoint, topicArns });
    cleanUps.push(() => rig.fleet.kill());
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });
  return rig;
}

/** A topic with a queue of each kind. */
async function startQueues(
  cleanUps: (() => unknown)[],
): Promise<Pick<UpgradeRig, 'endpoint' | 'topicArns' | 'queueUrls'>> {
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  cleanUps.push(() => emulator.stop());
  const topicArns: Record<string, string> = {};
  const queueUrls: Record<string, string> = {};
  for (const name of Object.keys(TOPICS)) {
    const fifo = `${name}EventTopic.fifo`;
    topicArns[name] = emulator.createTopic(fifo, { attributes: { FifoTopic: 'true' } }).topicArn;
    queueUrls[name] = emulator.createQueue(fifo, { attributes: { FifoQueue: 'true' } }).queueUrl;
    emulator.subscribe({ topic: fifo, queue: fifo, attributes: { RawMessageDelivery: 'true' } });
  }
  return { endpoint: `http://127.0.0.1:${emulator.port}`, topicArns, queueUrls };
}

function lastRelease(): string {
  const releases = join(import.meta.dirname, 'releases');
  const tarballs = readdirSync(releases).filter((name) => name.endsWith('.tgz'));
  const [newest] = tarballs.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
  return join(releases, newest ?? '');
}
