import { describe, hasMethods } from '../../common/arguments.ts';

export function textFaults(name: string, what: string, value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [] : [`${name} is ${what}, not ${describe(value)}`];
}

/** A list of texts, if it is there. */
export function textsFaults(
  name: string,
  value: unknown,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`${name} is a list of texts, not ${describe(value)}`];
  const isFull = value.every((text) => typeof text === 'string' && text !== '');
  const isMany = value.length > most;
  return [
    ...(value.length === 0 ? [`${name} is empty: leave it out for all of them`] : []),
    ...(isFull ? [] : [`${name} has texts that are not empty only`]),
    ...(isMany ? [`${name} has ${most} at most, not ${value.length}`] : []),
  ];
}

export function fifoUrlFaults(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string' && /^https?:\/\/[^/\s]+\/\S+\.fifo$/.test(value)) return [];
  return [`${name} is the URL of an SQS FIFO queue, which ends in .fifo, not ${describe(value)}`];
}

export function clientFaults(name: string, type: string, value: unknown): readonly string[] {
  return hasMethods(value, ['send']) ? [] : [`${name} is an ${type}, not ${describe(value)}`];
}

export function topicArnFaults(value: unknown): readonly string[] {
  if (typeof value === 'string' && TOPIC_ARN.test(value)) return [];
  return [`topicArn is the ARN of an SNS topic, not ${describe(value)}`];
}

const TOPIC_ARN = /^arn:[^:\s]+:sns:[^:\s]+:[^:\s]*:[^:\s]+$/;

/** What may be left out, and what it is when it is there. */
export function functionFaults(name: string, value: unknown): readonly string[] {
  return value === undefined || typeof value === 'function'
    ? []
    : [`${name} is a function, not ${describe(value)}`];
}

export function signalFaults(value: unknown): readonly string[] {
  return value === undefined || hasMethods(value, ['addEventListener'])
    ? []
    : [`signal is an AbortSignal, not ${describe(value)}`];
}
