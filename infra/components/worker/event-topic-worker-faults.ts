import {
  type ArgumentFault,
  choiceFaults,
  faultIf,
  knownValue,
  listFaults,
  nameFaults,
  textFaults,
  wholeNumberFaults,
} from '../argument-faults.ts';
import { KMS_KEY } from '../identifiers.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';
import { FARGATE_CPU, memoryFault } from './fargate-sizes.ts';
import {
  DEFAULT_CPU,
  DEFAULT_MEMORY,
  MAX_STOP_TIMEOUT_SECONDS,
  MIN_STOP_TIMEOUT_SECONDS,
} from './worker-defaults.ts';
import { CLUSTER, IMAGE, POLICY, SECURITY_GROUP, SUBNET, VPC } from './worker-identifiers.ts';
import { scalingFaults } from './worker-scaling-faults.ts';
import { temporalFaults } from './worker-temporal-faults.ts';

const MAX_NAME_LENGTH = 255 - 'EventTopicWorker'.length;
// What CloudWatch Logs takes.
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288,
  3_653,
];

/** Everything that is wrong with the arguments as far as they are known before the deployment. */
export function eventTopicWorkerFaults(name: string, args: EventTopicWorkerArgs): ArgumentFault[] {
  return [
    ...nameFaults(name, MAX_NAME_LENGTH),
    ...textFaults({ ...IMAGE, propertyPath: 'image', value: args.image }),
    ...eventTopicsFaults(args),
    ...temporalFaults(args.temporal),
    ...clusterFaults(args),
    ...networkFaults(args),
    ...sizeFaults(args),
    ...scalingFaults(args),
    ...wholeNumberFaults({
      propertyPath: 'stopTimeoutSeconds',
      value: args.stopTimeoutSeconds,
      min: MIN_STOP_TIMEOUT_SECONDS,
      max: MAX_STOP_TIMEOUT_SECONDS,
    }),
    ...environmentFaults(args),
    ...logFaults(args),
  ];
}

function eventTopicsFaults({ eventTopics }: EventTopicWorkerArgs): ArgumentFault[] {
  if (eventTopics.length === 0)
    return [{ propertyPath: 'eventTopics', reason: 'must hold at least one EventTopic' }];
  return eventTopics.flatMap(({ name, publisherPolicyArn }, index) => {
    const path = `eventTopics[${index}]`;
    const first = eventTopics.findIndex((topic) => topic.name === name);
    return [
      ...faultIf(first !== index, path, `repeats eventTopics[${first}] [name=${name}]`),
      ...textFaults({ ...POLICY, propertyPath: `${path}.publisherPolicyArn`, value: publisherPolicyArn }),
    ];
  });
}

function clusterFaults({ cluster, containerInsights }: EventTopicWorkerArgs): ArgumentFault[] {
  return [
    ...textFaults({ ...CLUSTER, propertyPath: 'cluster', value: cluster }),
    ...faultIf(
      cluster !== undefined && containerInsights !== undefined,
      'containerInsights',
      'is for the cluster that is created: set it where the given cluster is made',
    ),
  ];
}

function networkFaults({ subnets, securityGroups, vpcId }: EventTopicWorkerArgs): ArgumentFault[] {
  return [
    ...faultIf(knownValue(subnets)?.length === 0, 'subnets', 'must hold at least one subnet'),
    ...listFaults(subnets, { ...SUBNET, propertyPath: 'subnets' }),
    ...faultIf(
      knownValue(securityGroups)?.length === 0,
      'securityGroups',
      'must hold at least one security group, or be absent: ECS would take the default one of the VPC',
    ),
    ...listFaults(securityGroups, { ...SECURITY_GROUP, propertyPath: 'securityGroups' }),
    ...textFaults({ ...VPC, propertyPath: 'vpcId', value: vpcId }),
    ...faultIf(
      securityGroups === undefined && vpcId === undefined,
      'vpcId',
      'must be given to create a security group in, or else securityGroups',
    ),
    ...faultIf(
      securityGroups !== undefined && vpcId !== undefined,
      'vpcId',
      'has no effect with securityGroups: give one of them',
    ),
  ];
}

function sizeFaults({ cpu, memory, cpuArchitecture }: EventTopicWorkerArgs): ArgumentFault[] {
  const [units, mebibytes] = [knownValue(cpu ?? DEFAULT_CPU), knownValue(memory ?? DEFAULT_MEMORY)];
  const unknown = units === undefined || FARGATE_CPU.includes(units) ? undefined : units;
  const tooMuch = units === undefined || mebibytes === undefined ? undefined : memoryFault(units, mebibytes);
  return [
    ...faultIf(unknown !== undefined, 'cpu', `must be one of ${FARGATE_CPU.join(', ')} [value=${unknown}]`),
    ...faultIf(tooMuch !== undefined, 'memory', `${tooMuch} [value=${mebibytes}]`),
    ...choiceFaults('cpuArchitecture', knownValue(cpuArchitecture), ['X86_64', 'ARM64']),
  ];
}

const ARGUMENT_OF: Readonly<Record<string, string>> = {
  EVENT_TOPICS: 'eventTopics',
  EVENT_TOPICS_FILE: 'eventTopics',
  EVENT_TOPIC_TASK_QUEUE: 'temporal.taskQueue',
  TEMPORAL_ADDRESS: 'temporal.address',
  TEMPORAL_NAMESPACE: 'temporal.namespace',
  TEMPORAL_API_KEY: 'temporal.apiKeySecretArn',
  TEMPORAL_TLS_CLIENT_CERT_DATA: 'temporal.tls',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'temporal.tls',
};

/** Secrets among them: everybody who may see the task definition would see them in the environment. */
function environmentFaults({ environment = {} }: EventTopicWorkerArgs): ArgumentFault[] {
  return Object.keys(environment).flatMap((variable) =>
    faultIf(
      variable in ARGUMENT_OF,
      `environment.${variable}`,
      `is set by the component: use ${ARGUMENT_OF[variable]}`,
    ),
  );
}

function logFaults({ logRetentionDays, logKmsKeyArn }: EventTopicWorkerArgs): ArgumentFault[] {
  const days = knownValue(logRetentionDays);
  return [
    ...faultIf(
      days !== undefined && !LOG_RETENTION_DAYS.includes(days),
      'logRetentionDays',
      `must be one of ${LOG_RETENTION_DAYS.join(', ')} [value=${days}]`,
    ),
    ...textFaults({ ...KMS_KEY, propertyPath: 'logKmsKeyArn', value: logKmsKeyArn }),
  ];
}
