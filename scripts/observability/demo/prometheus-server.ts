import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../examples/free-port.ts';
import { findPrometheus } from '../prometheus.ts';

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** One line of a panel: what it is of, and its values by time in seconds. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

export interface Times {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A real Prometheus of its own, which scrapes these ports of this machine every two seconds. */
export class PrometheusServer {
  readonly #address: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.#address = `http://127.0.0.1:${port}`;
    this.#child = child;
    this.#folder = folder;
  }

  /** `targets`: ports by job. `rules`: the text of a rules file. */
  static async start(targets: Readonly<Record<string, number>>, rules: string): Promise<PrometheusServer> {
    const program = await findPrometheus('prometheus');
    const folder = await mkdtemp(join(tmpdir(), 'event-topic-prometheus-'));
    await writeFile(join(folder, 'rules.yaml'), rules);
    await writeFile(join(folder, 'prometheus.yaml'), JSON.stringify(configuration(targets)));
    const port = await freePort();
    const child = spawn(
      program,
      [
        `--config.file=${join(folder, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const server = new PrometheusServer(port, child, folder);
    await server.#isReady();
    return server;
  }

  async alerts(): Promise<readonly Alert[]> {
    const { alerts } = (await this.#ask('alerts')) as { alerts: readonly Alert[] };
    return alerts;
  }

  async range(query: string, { start, end, step }: Times): Promise<readonly Series[]> {
    const times = { start: String(start), end: String(end), step: String(step) };
    const { result } = (await this.#ask('query_range', { query, ...times })) as { result: readonly Series[] };
    return result;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #isReady(): Promise<void> {
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error('Prometheus ended before it was ready');
      const response = await fetch(`${this.#address}/-/ready`).catch(() => undefined);
      if (response?.ok) return;
      await sleep(50);
    }
  }

  async #ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const query = new URLSearchParams(parameters);
    const response = await fetch(`${this.#address}/api/v1/${path}?${query}`);
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: unknown;
      error?: string;
    };
    if (status !== 'success')
      throw new Error(`Prometheus refuses ${path}: ${error} [query=${parameters['query']}]`);
    return data;
  }
}

/** JSON is YAML. */
function configuration(targets: Readonly<Record<string, number>>): object {
  return {
    global: { scrape_interval: '2s', evaluation_interval: '2s' },
    rule_files: ['rules.yaml'],
    scrape_configs: Object.entries(targets).map(([job, port]) => ({
      job_name: job,
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    })),
  };
}
