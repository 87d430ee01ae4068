import type { Client } from '@temporalio/client';
import { describe, isRecord, type KeysOf, optionFaults } from '../common/arguments.ts';
import type { PayloadStore } from '../common/claim-check.ts';
import { EventTopicError, type Receipt } from '../common/errors.ts';
import type { PublisherSettings } from '../common/protocol/publish.ts';
import type { OperatorRequest } from './operate/operate.ts';

export interface EventTopicOptions {
  /** Temporal client; its namespace and data converter are used as they are. */
  readonly client: Client;
  /** Task queue of the publisher workers. Default: `event-topic`. */
  readonly taskQueue?: string;
  /**
   * Largest message, body and attributes together, in bytes: the SNS topic's `MaximumMessageSize`, 1,024 to 1,048,576.
   * Default: 262,144 (256 KiB).
   */
  readonly maxMessageBytes?: number;
  /**
   * Takes the bodies of messages that are larger than that: `new S3ClaimCheck({ bucket, client })`. Default: none, such
   * messages are refused.
   */
  readonly claimCheck?: PayloadStore;
  /** Settings of the publisher workflows that this client starts. Default: see {@link PublisherSettings}. */
  readonly settings?: Partial<PublisherSettings>;
}

export interface PublishOptions {
  /**
   * Gives the call up: messages that have not been sent to Temporal are not sent any more. `publish` then throws
   * `PUBLISH_NOT_ACCEPTED`, which says what is accepted all the same, or the signal's reason when nothing was begun.
   * Later calls then pass: what was given up comes behind their events when it is published after all. Default: none.
   */
  readonly signal?: AbortSignal;
  /** `publish` resolves when Temporal holds every message. Default: `accepted`. */
  readonly waitFor?: 'accepted';
}

/** Options of a call that waits for receipts. */
export interface PublishAndWaitOptions {
  /** Gives the call up: see {@link PublishOptions}. Once all messages are accepted, it ends the wait. Default: none. */
  readonly signal?: AbortSignal;
  /** `publish` resolves when SNS has acknowledged every message, with a {@link Receipt} for each. */
  readonly waitFor: 'published';
  /** How long to wait for that once all are accepted, in milliseconds. Default: no limit. */
  readonly timeout?: number;
}

/** An operator's corrected message. */
export interface Replacement<Message> extends OperatorRequest {
  /** What is published instead: of the same id, msgId and position as the parked one. */
  readonly message: Message;
}

const CLIENT_KEYS: KeysOf<EventTopicOptions> = {
  client: true,
  taskQueue: true,
  maxMessageBytes: true,
  claimCheck: true,
  settings: true,
};

const SETTING_KEYS: KeysOf<PublisherSettings> = {
  lingerMs: true,
  rememberMsgIds: true,
  rememberMs: true,
  maxSignalsPerRun: true,
  settleMs: true,
  gapTimeoutMs: true,
};

const PUBLISH_KEYS: KeysOf<PublishAndWaitOptions> = { signal: true, waitFor: true, timeout: true };

/** Throws `INVALID_CLIENT` with every fault of topic and options. */
export function checkClient(topic: unknown, options: unknown): void {
  const faults = [
    ...topicFaults(topic),
    ...(isRecord(options) ? clientFaults(options) : optionFaults(options, CLIENT_KEYS)),
  ];
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_CLIENT', `The options are wrong: ${faults.join('; ')}`, {
    details: { topic: isRecord(topic) ? String(topic['name']) : undefined },
    action: 'Correct them and construct the EventTopic again',
  });
}

/** What is wrong with the options of one `publish`. */
export function publishFaults(options: unknown): readonly string[] {
  const faults = optionFaults(options, PUBLISH_KEYS, 'options');
  if (!isRecord(options)) return faults;
  const { waitFor, timeout, signal } = options;
  const isWait = waitFor === undefined || waitFor === 'accepted' || waitFor === 'published';
  const isTimeout = timeout === undefined || (typeof timeout === 'number' && timeout >= 0);
  return [
    ...faults,
    ...(isWait
      ? []
      : [
          `options.waitFor is 'accepted' or 'published', not ${typeof waitFor === 'string' ? `'${waitFor}'` : describe(waitFor)}`,
        ]),
    ...(isTimeout ? [] : [`options.timeout is a number of milliseconds from 0, not ${describe(timeout)}`]),
    ...(timeout !== undefined && waitFor !== 'published'
      ? ["options.timeout is for waitFor: 'published'"]
      : []),
    ...signalFaults(signal, 'options.signal'),
  ];
}

export function signalFaults(signal: unknown, path: string): readonly string[] {
  const isSignal =
    signal === undefined || (isRecord(signal) && typeof signal['addEventListener'] === 'function');
  return isSignal ? [] : [`${path} is an AbortSignal, not ${describe(signal)}`];
}

function topicFaults(topic: unknown): readonly string[] {
  const isTopic =
    isRecord(topic) && typeof topic['name'] === 'string' && typeof topic['eventType'] === 'function';
  return isTopic ? [] : [`topic is what defineEventTopic() gives, not ${describe(topic)}`];
}

function clientFaults(options: Partial<Record<keyof EventTopicOptions, unknown>>): readonly string[] {
  const { client, maxMessageBytes, claimCheck, settings, taskQueue = 'any' } = options;
  const isClient = isRecord(client) && isRecord(client['workflow']);
  const isSize = maxMessageBytes === undefined || isWithin(maxMessageBytes, 1_024, 1_048_576);
  const isStore =
    claimCheck === undefined || (isRecord(claimCheck) && typeof claimCheck['put'] === 'function');
  const missing = client === undefined ? 'client is missing: it is a' : 'client is a';
  return [
    ...faultUnless(isClient, `${missing} Client of @temporalio/client`),
    ...faultUnless(isSize, 'maxMessageBytes is 1,024 to 1,048,576'),
    ...faultUnless(taskQueue !== '', 'taskQueue must not be empty'),
    ...faultUnless(typeof taskQueue === 'string', 'taskQueue is a text'),
    ...faultUnless(isStore, `claimCheck is a PayloadStore, as S3ClaimCheck, not ${describe(claimCheck)}`),
    ...(settings === undefined ? [] : settingFaults(settings)),
    ...optionFaults(options, CLIENT_KEYS),
  ];
}

function faultUnless(isRight: boolean, fault: string): readonly string[] {
  return isRight ? [] : [fault];
}

function settingFaults(settings: unknown): readonly string[] {
  const unknown = optionFaults(settings, SETTING_KEYS, 'settings');
  if (!isRecord(settings)) return unknown;
  const wrong = Object.keys(SETTING_KEYS).filter(
    (name) => settings[name] !== undefined && !isWithin(settings[name], 1, Number.MAX_SAFE_INTEGER),
  );
  return [...wrong.map((name) => `settings.${name} is a positive whole number`), ...unknown];
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}
