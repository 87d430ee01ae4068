// Sees alerts fire in a real Prometheus: brings a real system into the states that they are for, and asks Prometheus until it says so. Waiting times are shortened
// in a copy of the rules; expressions are as they are shipped.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Alert, PrometheusServer } from './demo/prometheus-server.ts';
import { renamed, startSystem } from './demo/system.ts';
import { RULES } from './rules.ts';

const WAIT_MS = 120_000;
const GONE = 'arn:aws:sns:us-east-1:000000000000:gone.fifo';

const rules = readFileSync(RULES, 'utf8').replaceAll(/for: \d+m/g, 'for: 4s');
const isFailing = { collector: false };
const system = await startSystem({ fails: () => isFailing.collector, topics: { Gone: GONE } });
const prometheus = await PrometheusServer.start(system.ports, rules);
try {
  const { topic } = system;
  await topic.publish([renamed('C-1'), renamed('C-2')]);
  await sleep(10_000);
  say(`nothing is wrong: ${(await firing()).length} alerts fire`);

  await topic.publish([renamed('C-3', 300_000)]);
  await untilItFires('EventTopicParked', 'an event that SNS refuses');
  await topic.skip('C-3', { actor: 'demo', reason: 'it was made to be refused' });
  await untilItIsOver('EventTopicParked', 'the operator skipped it');

  isFailing.collector = true;
  await topic.publish([renamed('C-1')]);
  await untilItFires('EventCollectorFailing', "a collector's handler throws");
  isFailing.collector = false;
  await untilItIsOver('EventCollectorFailing', 'it is deployed anew');

  const invalid = { ...renamed('C-1'), event: { type: 'Wrong' } } as never;
  await topic.publish([invalid]).catch(() => {});
  await untilItFires('EventTopicInvalidEvents', 'publish refuses an invalid event');

  await system.topicOf('Gone').publish([renamed('G-1')]);
  await untilItFires('EventTopicMisconfigured', 'a topic that is not there');

  await system.endWorker();
  await untilItFires('EventTopicNoWorker', 'the last worker has ended');
} finally {
  await prometheus.stop();
  await system.stop();
}

async function untilItFires(name: string, why: string): Promise<void> {
  const begunAt = Date.now();
  const alert = await until(
    async () => (await firing()).find(({ labels }) => labels['alertname'] === name),
    name,
  );
  say(`${name} fires after ${secondsSince(begunAt)} s: ${why}`);
  const { alertname: _name, ...labels } = alert.labels;
  say(`  ${JSON.stringify(labels)} "${alert.annotations['summary']}" → ${alert.annotations['runbook']}`);
}

async function untilItIsOver(name: string, why: string): Promise<void> {
  const begunAt = Date.now();
  await until(
    async () => (await firing()).every(({ labels }) => labels['alertname'] !== name) || undefined,
    name,
  );
  say(`${name} is over after ${secondsSince(begunAt)} s: ${why}`);
}

async function firing(): Promise<readonly Alert[]> {
  return (await prometheus.alerts()).filter(({ state }) => state === 'firing');
}

async function until<Found>(look: () => Promise<Found | undefined>, what: string): Promise<Found> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${WAIT_MS / 1_000} s`);
    await sleep(500);
  }
}

function secondsSince(begunAt: number): string {
  return ((Date.now() - begunAt) / 1_000).toFixed(0);
}

function say(line: string): void {
  console.log(line);
}
