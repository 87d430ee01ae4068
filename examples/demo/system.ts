// The servers and processes of the demo, all on this machine and all real: Temporal, SNS/SQS emulator, worker.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { startTemporalDevServer } from 'temporal-event-topic/testing';
import { applyLocally } from '../../infra/local.ts';
import { startThrottlingProxy } from './throttling-proxy.ts';
import type { WorkerReport } from './worker.ts';

export type System = Awaited<ReturnType<typeof startSystem>>;

/**
 * Starts the servers and provisions topics and queues with the same Pulumi program that would be deployed. `log` is told what the
 * emulator has not.
 */
export async function startSystem(log: (line: string) => void) {
  const uiPort = await freePort();
  const temporal = await startTemporalDevServer({ server: { ui: true, uiPort } });
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${emulator.port}`;
  const { eventTopics, collectors } = await applyLocally({ endpoint, log });
  const proxy = await startThrottlingProxy(emulator.port);
  return {
    temporal,
    uiAddress: `http://127.0.0.1:${uiPort}`,
    endpoint,
    proxy,
    topicArns: eventTopics,
    queueUrls: collectors,
    async stop(): Promise<void> {
      await proxy.close();
      await emulator.stop();
      await temporal.teardown();
    },
  };
}

export interface WorkerProcess {
  /** Ends the process as a crash would: no goodbye, whatever it is doing. */
  kill(): Promise<void>;
  /** Ends it as a deployment would. */
  stop(): Promise<void>;
}

export async function startWorker(
  { temporal, proxy, topicArns }: System,
  onReport: (report: WorkerReport) => void,
): Promise<WorkerProcess> {
  const child = fork(join(import.meta.dirname, 'worker.ts'), {
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: temporal.address,
      EVENT_TOPICS: JSON.stringify(topicArns),
      AWS_ENDPOINT_URL_SNS: proxy.endpoint,
    },
  });
  await new Promise<void>((resolve, reject) => {
    child.on('message', (report: WorkerReport) => (report.kind === 'ready' ? resolve() : onReport(report)));
    child.once('exit', (code) =>
      reject(new Error(`The worker ended before it was ready [exit code=${code}]`)),
    );
  });
  return { kill: () => end(child, 'SIGKILL'), stop: () => end(child, 'SIGTERM') };
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
