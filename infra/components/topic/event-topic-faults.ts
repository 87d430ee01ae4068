import {
  type ArgumentFault,
  alarmActionsFaults,
  choiceFaults,
  faultIf,
  keyFaults,
  knownValue,
  nameFaults,
  principalsFaults,
  textFaults,
  wholeNumberFaults,
} from '../argument-faults.ts';
import { MIN_CLAIM_CHECK_DAYS } from '../defaults.ts';
import {
  ACCOUNT_ID,
  FIFO_QUEUE,
  HTTPS_URL,
  KMS_KEY,
  LAMBDA_FUNCTION,
  ORGANIZATION_ID,
  PRINCIPAL,
  STANDARD_QUEUE,
} from '../identifiers.ts';
import type { EventTopicArgs, EventTopicEndpoint } from './event-topic-args.ts';

const MAX_NAME_LENGTH = 256 - 'EventTopic.fifo'.length;
const MAX_NAME_LENGTH_WITH_QUEUE = 80 - 'EventTopicDeadLetter.fifo'.length;
const MAX_ARCHIVE_DAYS = 365;
// What CloudWatch Logs takes, up to a year.
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 365];

/** Everything that is wrong with the arguments as far as they are known before the deployment. */
export function eventTopicFaults(name: string, args: EventTopicArgs): ArgumentFault[] {
  const { type, encryption, kmsKeyArn } = args;
  return [
    ...nameFaults(name, args.deadLetterQueue === true ? MAX_NAME_LENGTH_WITH_QUEUE : MAX_NAME_LENGTH),
    ...choiceFaults('type', type, ['fifo', 'standard']),
    ...throughputFaults(args),
    ...choiceFaults('encryption', encryption, ['awsManaged', 'customerKey']),
    ...keyFaults(kmsKeyArn, encryption),
    ...accessFaults(args),
    ...archiveFaults(args),
    ...deadLetterQueueFaults(args),
    ...endpointsFaults(args),
    ...deliveryLogFaults(args),
    ...alarmActionsFaults(args.alarmActions),
  ];
}

function throughputFaults({ type, throughputScope }: EventTopicArgs): ArgumentFault[] {
  return [
    ...choiceFaults('throughputScope', knownValue(throughputScope), ['MessageGroup', 'Topic']),
    ...faultIf(
      type === 'standard' && throughputScope !== undefined,
      'throughputScope',
      'is for FIFO topics only',
    ),
  ];
}

function accessFaults(args: EventTopicArgs): ArgumentFault[] {
  return [
    ...principalsFaults(args.publisherPrincipals, { ...PRINCIPAL, propertyPath: 'publisherPrincipals' }),
    ...principalsFaults(args.subscriberAccounts, { ...ACCOUNT_ID, propertyPath: 'subscriberAccounts' }),
    ...textFaults({
      ...ORGANIZATION_ID,
      propertyPath: 'subscriberOrganization',
      value: args.subscriberOrganization,
    }),
  ];
}

function archiveFaults({ type, archiveRetentionDays, claimCheckBucket }: EventTopicArgs): ArgumentFault[] {
  const propertyPath = 'archiveRetentionDays';
  const days = knownValue(archiveRetentionDays) ?? 0;
  const expiration = knownValue(claimCheckBucket?.expirationDays);
  const needed = days + MIN_CLAIM_CHECK_DAYS;
  return [
    ...wholeNumberFaults({ propertyPath, value: archiveRetentionDays, min: 0, max: MAX_ARCHIVE_DAYS }),
    ...faultIf(
      type === 'standard' && archiveRetentionDays !== undefined,
      propertyPath,
      'is for FIFO topics only',
    ),
    ...faultIf(
      days > 0 && expiration !== undefined && expiration < needed,
      'claimCheckBucket.expirationDays',
      `must be at least ${needed}, or the archive replays events whose bodies are gone [value=${expiration}]`,
    ),
  ];
}

/** Only a FIFO queue keeps the order of dead letters. */
function deadLetterQueueFaults({ type, deadLetterQueue }: EventTopicArgs): ArgumentFault[] {
  if (typeof deadLetterQueue !== 'object') return [];
  const rule = type === 'standard' ? STANDARD_QUEUE : FIFO_QUEUE;
  const { queueArn, kmsKeyArn } = deadLetterQueue;
  return [
    ...textFaults({ ...rule, propertyPath: 'deadLetterQueue.queueArn', value: queueArn }),
    ...textFaults({ ...KMS_KEY, propertyPath: 'deadLetterQueue.kmsKeyArn', value: kmsKeyArn }),
  ];
}

function endpointsFaults({ type, endpoints = [] }: EventTopicArgs): ArgumentFault[] {
  return endpoints.flatMap((endpoint, index) => [
    ...faultIf(
      type !== 'standard',
      `endpoints[${index}].protocol`,
      `cannot have a FIFO topic, which SNS delivers to SQS queues only: let the function or service read the queue of an EventCollector, or set type to "standard" [protocol=${endpoint.protocol}]`,
    ),
    ...endpointFaults(endpoint, `endpoints[${index}]`),
    ...faultIf(
      endpoints.findIndex(({ name }) => name === endpoint.name) !== index,
      `endpoints[${index}].name`,
      `repeats that of another endpoint [name=${endpoint.name}]`,
    ),
  ]);
}

function endpointFaults(
  { protocol, endpoint, deadLetterQueueArn }: EventTopicEndpoint,
  path: string,
): ArgumentFault[] {
  const target = protocol === 'lambda' ? LAMBDA_FUNCTION : HTTPS_URL;
  return [
    ...choiceFaults(`${path}.protocol`, protocol, ['lambda', 'https']),
    ...textFaults({ propertyPath: `${path}.endpoint`, value: endpoint, ...target }),
    ...textFaults({
      ...STANDARD_QUEUE,
      propertyPath: `${path}.deadLetterQueueArn`,
      value: deadLetterQueueArn,
    }),
  ];
}

function deliveryLogFaults(args: EventTopicArgs): ArgumentFault[] {
  const { deliveryLogSamplePercent, deliveryLogRetentionDays } = args;
  const retention = knownValue(deliveryLogRetentionDays);
  return [
    ...wholeNumberFaults({
      propertyPath: 'deliveryLogSamplePercent',
      value: deliveryLogSamplePercent,
      min: 0,
      max: 100,
    }),
    ...faultIf(
      retention !== undefined && !LOG_RETENTION_DAYS.includes(retention),
      'deliveryLogRetentionDays',
      `must be one of ${LOG_RETENTION_DAYS.join(', ')} [value=${retention}]`,
    ),
    ...faultIf(
      deliveryLogRetentionDays !== undefined && deliveryLogSamplePercent === undefined,
      'deliveryLogRetentionDays',
      'has no effect without deliveryLogSamplePercent',
    ),
  ];
}
