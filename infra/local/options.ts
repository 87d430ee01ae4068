import type { StackOutputs } from './stack-references.ts';

export interface LocalOptions {
  /** Where the emulator answers for SNS, SQS and S3, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;

  /** The region of what does not say one. @default `aws:region` of `config`, else 'us-east-1' */
  readonly region?: string;

  /**
   * The stack's configuration as `Pulumi.<stack>.yaml` has it: a key without a namespace is the project's.
   * @default none
   */
  readonly config?: Readonly<Record<string, unknown>>;

  /** The project's name, as in `Pulumi.yaml`. @default 'event-topic-shop' */
  readonly project?: string;

  /** The stack's name. @default 'local' */
  readonly stack?: string;

  /**
   * What other stacks, which the program refers to, have returned: by their names as the program has them.
   * @default none
   */
  readonly stackOutputs?: StackOutputs;

  /**
   * Gets one line that counts what the program asks for and the emulator has not; nothing when it has everything.
   * @default to standard error
   */
  readonly log?: (line: string) => void;
}

/** All options, with Pulumi's own words for the configuration. */
export interface ResolvedOptions extends Required<Omit<LocalOptions, 'config'>> {
  /** Text by full name, `project:key`. */
  readonly config: Record<string, string>;
}

export function resolveOptions(options: LocalOptions): ResolvedOptions {
  const { project = 'event-topic-shop', config = {} } = options;
  const region = options.region ?? String(config['aws:region'] ?? 'us-east-1');
  return {
    endpoint: options.endpoint,
    region,
    project,
    stack: options.stack ?? 'local',
    stackOutputs: options.stackOutputs ?? {},
    log: options.log ?? ((line) => process.stderr.write(`${line}\n`)),
    config: { ...qualified(config, project), 'aws:region': region },
  };
}

function qualified(config: Readonly<Record<string, unknown>>, project: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.includes(':') ? key : `${project}:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
