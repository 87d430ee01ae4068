import type { Client, ClientOptions, ConnectionOptions } from '@temporalio/client';
import { EventTopicError, rootMessage } from '../../common/errors.ts';
import { loadPeer } from '../../common/load-peer.ts';
import { DEFAULT_TASK_QUEUE } from '../../common/names.ts';
import type { CliContext } from '../context.ts';
import { invalidSpec, loadModule } from '../load-module.ts';
import type { ConnectionArgs } from '../options/connection-options.ts';
import { unreachable } from './temporal-error.ts';

/** Temporal, as profile, environment and options say; the connection is closed when the command has ended. */
export interface TemporalTarget {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  /** Of the publisher workers. */
  readonly taskQueue: string;
}

/** Somebody waits for the command: a server that is there answers within this time. */
const CONNECT_TIMEOUT_MS = 5_000;
const DEFAULT_ADDRESS = 'localhost:7233';

/** Throws `INVALID_ENVIRONMENT` when profile or environment are wrong, and `TEMPORAL_UNREACHABLE` within five seconds. */
export async function connect(args: ConnectionArgs, context: CliContext): Promise<TemporalTarget> {
  const { Client, Connection } = await loadPeer('@temporalio/client', () => import('@temporalio/client'));
  const { connectionOptions, namespace } = await readProfile(args, context.env);
  const converter = await loadConverter(args.dataConverter);
  const address = args.address ?? connectionOptions.address ?? DEFAULT_ADDRESS;
  const options = { ...connectionOptions, address, connectTimeout: CONNECT_TIMEOUT_MS };
  const connection = await Connection.connect(options).catch((cause: unknown) => {
    const reason = cause instanceof Error ? rootMessage(cause) : String(cause);
    throw unreachable(reason, { address, cause });
  });
  context.defer(() => connection.close());
  const target = args.namespace ?? namespace ?? 'default';
  return {
    client: new Client({ connection, namespace: target, ...converter }),
    address,
    namespace: target,
    taskQueue: args.taskQueue ?? context.env['EVENT_TOPIC_TASK_QUEUE'] ?? DEFAULT_TASK_QUEUE,
  };
}

interface Profile {
  readonly connectionOptions: ConnectionOptions;
  readonly namespace?: string;
}

async function readProfile({ profile }: ConnectionArgs, env: NodeJS.ProcessEnv): Promise<Profile> {
  const { loadClientConnectConfig } = await loadPeer(
    '@temporalio/envconfig',
    () => import('@temporalio/envconfig'),
  );
  try {
    const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const loaded = loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(set),
      ...(profile === undefined ? {} : { profile }),
    });
    return loaded as Profile;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventTopicError(
      'INVALID_ENVIRONMENT',
      `Temporal's profile or environment is wrong: ${reason}`,
      {
        details: { profile },
        action:
          "Correct it: TEMPORAL_* variables, or Temporal's configuration file (`temporal config list` shows it)",
        cause,
      },
    );
  }
}

/** What Temporal's clients and workers of the topic have: without it nothing that they encrypt can be read. */
async function loadConverter(file: string | undefined): Promise<Pick<ClientOptions, 'dataConverter'>> {
  if (file === undefined) return {};
  const { dataConverter } = (await loadModule(file)) as Pick<ClientOptions, 'dataConverter'>;
  if (typeof dataConverter === 'object') return { dataConverter };
  throw invalidSpec(file, 'exports no `dataConverter`', {
    action:
      'Export what your clients and workers are given: export const dataConverter = { payloadCodecs: […] }',
  });
}
