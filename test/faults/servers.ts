import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startFauxqs } from 'fauxqs';
import { applyProgram } from '../../infra/local.ts';
import { TemporalProcess } from './temporal-process.ts';
import { topologyOf } from './topology.ts';
import { WORKLOADS } from './workloads/index.ts';

/** What ends what was started, in the order of the start. */
export type CleanUps = (() => unknown)[];

export interface Temporal {
  readonly temporal: TemporalProcess;
  readonly clients: readonly Client[];
}

export async function startTemporal(cleanUps: CleanUps): Promise<Temporal> {
  const folder = await mkdtemp(join(tmpdir(), 'event-topic-faults-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  const temporal = await TemporalProcess.start(join(folder, 'temporal.db'));
  cleanUps.push(() => temporal.stop());
  // One retries by itself while the server is away, the other tells its callers.
  const { address } = temporal;
  const connections = [
    await Connection.connect({ address }),
    await Connection.connect({ address, interceptors: [] }),
  ];
  cleanUps.push(() => Promise.all(connections.map((connection) => connection.close())));
  return { temporal, clients: connections.map((connection) => new Client({ connection })) };
}

export interface Emulator {
  readonly endpoint: string;
  /** Topic ARNs by name. */
  readonly topicArns: Readonly<Record<string, string>>;
  /** Queue URLs by the collectors' names. */
  readonly queueUrls: Readonly<Record<string, string>>;
}

/** With topics and queues of all workloads, whichever a round uses. */
export async function startEmulator(cleanUps: CleanUps): Promise<Emulator> {
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  cleanUps.push(() => emulator.stop());
  const endpoint = `http://127.0.0.1:${emulator.port}`;
  const { eventTopics, collectors } = await applyProgram(topologyOf(WORKLOADS), { endpoint, log: () => {} });
  return { endpoint, topicArns: eventTopics, queueUrls: collectors };
}
