import type { WorkflowService } from '@temporalio/client';
import type { NamespaceDescription, NamespaceFacts } from '../checks/namespace.ts';
import type { ServerFacts, SystemFacts } from '../checks/server.ts';
import type { Poller, Pollers, TaskQueueFacts } from '../checks/task-queue.ts';
import { type Reading, read } from '../read.ts';
import { explainTemporal } from './explain.ts';

/** Where Temporal is, and what asks it. */
export interface Temporal {
  readonly service: WorkflowService;
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

export interface TemporalFacts {
  readonly server: ServerFacts;
  readonly namespace: NamespaceFacts;
  readonly taskQueue: TaskQueueFacts;
}

/** For a person who waits: what takes longer is told as no answer. */
const READING: Reading = { timeoutMs: 5_000, explain: explainTemporal };

export async function collectTemporal(temporal: Temporal): Promise<TemporalFacts> {
  const { service, address, namespace, taskQueue } = temporal;
  const [system, description, pollers] = await Promise.all([
    read(READING, () => readSystem(service)),
    readNamespace(temporal),
    read(READING, () => readPollers(temporal)),
  ]);
  return {
    server: { address, system },
    namespace: { namespace, description },
    taskQueue: { taskQueue, namespace, pollers },
  };
}

export function readNamespace({
  service,
  namespace,
}: Pick<Temporal, 'service' | 'namespace'>): Promise<NamespaceFacts['description']> {
  return read(READING, async (): Promise<NamespaceDescription> => {
    const { namespaceInfo, config } = await service.describeNamespace({ namespace });
    return {
      state: STATES[namespaceInfo?.state ?? 0] ?? 'UNKNOWN',
      retentionDays: Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS,
    };
  });
}

const DAY_SECONDS = 86_400;
/** Temporal's `NamespaceState`. */
const STATES = ['UNSPECIFIED', 'REGISTERED', 'DEPRECATED', 'DELETED'];

async function readSystem(service: WorkflowService): Promise<SystemFacts> {
  const { serverVersion, capabilities } = await service.getSystemInfo({});
  return {
    version: serverVersion ?? '',
    upsertMemo: capabilities?.upsertMemo ?? false,
    supportsSchedules: capabilities?.supportsSchedules ?? false,
  };
}

async function readPollers({ service, namespace, taskQueue }: Temporal): Promise<Pollers> {
  const pollersOf = async (taskQueueType: number): Promise<readonly Poller[]> => {
    const { pollers } = await service.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType,
    });
    return (pollers ?? []).map(toPoller);
  };
  const [workflow, activity] = await Promise.all([
    pollersOf(TASK_QUEUE.workflow),
    pollersOf(TASK_QUEUE.activity),
  ]);
  return { workflow, activity };
}

/** Temporal's `TaskQueueType`. */
const TASK_QUEUE = { workflow: 1, activity: 2 } as const;

type RawPoller = NonNullable<Awaited<ReturnType<WorkflowService['describeTaskQueue']>>['pollers']>[number];

function toPoller({
  identity,
  lastAccessTime,
  deploymentOptions,
  workerVersionCapabilities,
}: RawPoller): Poller {
  const { deploymentName, buildId } = deploymentOptions ?? {};
  return {
    identity: identity ?? 'a worker without a name',
    version: deploymentName ? `${deploymentName} ${buildId}` : shortened(workerVersionCapabilities?.buildId),
    lastSeen:
      Number(lastAccessTime?.seconds ?? 0) * 1_000 + Math.floor(Number(lastAccessTime?.nanos ?? 0) / 1e6),
  };
}

/** A worker without a build id has the SDK's version, and a hash of its workflows of which the beginning is enough. */
function shortened(buildId: string | null | undefined): string {
  return (buildId || 'of no version').replace(/(\+[0-9a-f]{8})[0-9a-f]+$/, '$1');
}
