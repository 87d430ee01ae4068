import { createRequire } from 'node:module';
import { arch, cpus, platform, totalmem } from 'node:os';

/** What ran the benchmark. Names no host and no paths: it is published. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
}

export type Versions = Readonly<Record<string, string>>;

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() || 'unknown CPU',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()}-${arch()}`,
  };
}

/** For a file name: `2-core-intel-xeon-…`. */
export function slugOf({ cores, cpu }: Machine): string {
  const name = cpu
    .replaceAll(/\((R|TM)\)|CPU|Processor|@.*/gi, ' ')
    .replaceAll(/[^a-z0-9]+/gi, '-')
    .replaceAll(/^-|-$/g, '');
  return `${cores}-core-${name.toLowerCase()}`;
}

/** Of this package, of Node and of what is measured with it; the server says its own. */
export function versions(temporalServer: string): Versions {
  const require = createRequire(import.meta.url);
  const versionOf = (name: string): string =>
    (require(`${name}/package.json`) as { version: string }).version;
  return {
    'temporal-event-topic': versionOf('temporal-event-topic'),
    node: process.versions.node,
    '@temporalio/worker': versionOf('@temporalio/worker'),
    '@aws-sdk/client-sns': versionOf('@aws-sdk/client-sns'),
    'Temporal server': temporalServer,
  };
}
