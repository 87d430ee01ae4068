import type { Client } from '@temporalio/client';
import { describe, isRecord, type KeysOf, optionFaults } from '../common/arguments.ts';
import { RELAY_EVERY_MS, RELAY_SETTINGS } from '../common/defaults.ts';
import { EventTopicError } from '../common/errors.ts';
import type { PublisherSettings } from '../common/protocol/publish.ts';
import type { RelayFrom, RelayMode, RelaySettings } from '../common/protocol/relay.ts';
import type { EventTopicDefinition } from '../event-topic.ts';

export interface EventLogRelayOptions {
  /** Temporal client; its namespace is where the topic's workers run. */
  readonly client: Client;
  /**
   * `tail`: the relay publishes every event; the application only stores. `sweep`: the application publishes by itself after it has stored,
   * and the relay publishes what it did not come to; only for topics ordered by position, where a late event still takes its place.
   */
  readonly mode: RelayMode;
  /** Task queue of the publisher workers; they need the topic's `eventLog`. Default: `event-topic`. */
  readonly taskQueue?: string;
  /** Settings of the publisher workflows that the relay starts: give those of your `EventTopic`. Default: see {@link PublisherSettings}. */
  readonly settings?: Partial<PublisherSettings>;
  /** Time between two looks at the EventLog, in milliseconds; a tail is woken up before, where the EventLog can. Default: 500, a sweep 60,000. */
  readonly everyMs?: number;
  /** Sweep: how old an event must be before it counts as not handed over, in milliseconds. Default: 30,000. */
  readonly graceMs?: number;
  /** Sweep: how far each look goes back behind the last one, in milliseconds. Default: 60,000. */
  readonly lookBackMs?: number;
  /** Most events that are read and handed over together, 1 to 10,000. Default: 500. */
  readonly pageEvents?: number;
  /** The relay waits while more events than this wait in a publisher, and SNS takes them. Default: 10,000. */
  readonly maxPending?: number;
}

export interface RelayStartOptions {
  /**
   * Where to begin when the topic has had no relay. `beginning`: publishes everything that is stored. `end`: only what is stored from now on.
   * `{ checkpoint }`: behind that place. Needed then; else the relay goes on where the last one ended.
   */
  readonly from?: RelayFrom;
  /** False: begin at `from` also when the topic has had a relay. Default: true. */
  readonly resume?: boolean;
}

export interface VerifyOptions {
  /** Only events stored then or later: an ISO time. Default: from the first. */
  readonly from?: string;
  /** Only events stored before: an ISO time. Default: to the last. */
  readonly to?: string;
}

const OPTION_KEYS: KeysOf<EventLogRelayOptions> = {
  client: true,
  mode: true,
  taskQueue: true,
  settings: true,
  everyMs: true,
  graceMs: true,
  lookBackMs: true,
  pageEvents: true,
  maxPending: true,
};

const START_KEYS: KeysOf<RelayStartOptions> = { from: true, resume: true };
const VERIFY_KEYS: KeysOf<VerifyOptions> = { from: true, to: true };

const NUMBERS = {
  everyMs: { from: 1, to: Number.MAX_SAFE_INTEGER },
  graceMs: { from: 0, to: Number.MAX_SAFE_INTEGER },
  lookBackMs: { from: 0, to: Number.MAX_SAFE_INTEGER },
  pageEvents: { from: 1, to: 10_000 },
  maxPending: { from: 1, to: Number.MAX_SAFE_INTEGER },
} as const;

/** Throws `INVALID_RELAY` with every fault of topic and options. */
export function checkRelay(topic: unknown, options: unknown): void {
  const isTopic = isRecord(topic) && typeof topic['name'] === 'string' && isRecord(topic['event']);
  const faults = [
    ...(isTopic ? [] : [`topic is what defineEventTopic() returns, not ${describe(topic)}`]),
    ...optionFaults(options, OPTION_KEYS),
    ...(isRecord(options) ? faultsOf(options, topic) : []),
  ];
  refuse(faults, isRecord(topic) ? String(topic['name']) : undefined);
}

function faultsOf(options: Readonly<Record<string, unknown>>, topic: unknown): readonly string[] {
  const { client, mode, taskQueue } = options;
  const isMode = mode === 'sweep' || mode === 'tail';
  const isTooEarly = mode === 'sweep' && isRecord(topic) && topic['ordering'] !== 'position';
  const numbers = Object.entries(NUMBERS).filter(([key, { from, to }]) => {
    const value = options[key];
    return value !== undefined && !(typeof value === 'number' && value >= from && value <= to);
  });
  return [
    ...(isRecord(client) && isRecord(client['workflow'])
      ? []
      : ['client is missing: it is a Client of @temporalio/client']),
    ...(isMode ? [] : [`mode is 'sweep' or 'tail', not ${describe(mode)}`]),
    ...(isTooEarly
      ? [
          "a sweep is for topics with ordering: 'position': by arrival, an event that is healed would come after later ones. Use 'tail'",
        ]
      : []),
    ...(taskQueue === undefined || (typeof taskQueue === 'string' && taskQueue !== '')
      ? []
      : [`taskQueue is a text that is not empty, not ${describe(taskQueue)}`]),
    ...numbers.map(
      ([key, { from, to }]) => `${key} is a number from ${from} to ${to}, not ${describe(options[key])}`,
    ),
  ];
}

/** Throws `INVALID_RELAY`. */
export function checkStart(topic: string, options: unknown): void {
  const faults = [...optionFaults(options, START_KEYS)];
  if (isRecord(options)) {
    const { from, resume } = options;
    const isFrom = from === undefined || from === 'beginning' || from === 'end' || isCheckpoint(from);
    if (!isFrom) faults.push(`from is 'beginning', 'end' or { checkpoint }, not ${describe(from)}`);
    if (resume !== undefined && typeof resume !== 'boolean')
      faults.push(`resume is true or false, not ${describe(resume)}`);
    if (resume === false && from === undefined) faults.push('resume: false needs `from`');
  }
  refuse(faults, topic);
}

function isCheckpoint(from: unknown): boolean {
  return isRecord(from) && typeof from['checkpoint'] === 'string' && from['checkpoint'] !== '';
}

/** Throws `INVALID_RELAY`. */
export function checkVerify(topic: string, options: unknown): void {
  const faults = [...optionFaults(options, VERIFY_KEYS)];
  if (isRecord(options)) {
    const { from, to } = options;
    const times = Object.entries({ from, to }).filter(([, time]) => time !== undefined && !isTime(time));
    faults.push(...times.map(([key, time]) => `${key} is an ISO time, not ${describe(time)}`));
    if (isTime(from) && isTime(to) && Date.parse(from) > Date.parse(to)) faults.push('from is after to');
  }
  refuse(faults, topic);
}

function isTime(time: unknown): time is string {
  return typeof time === 'string' && !Number.isNaN(Date.parse(time));
}

export function settingsOf(options: EventLogRelayOptions): RelaySettings {
  return {
    everyMs: options.everyMs ?? RELAY_EVERY_MS[options.mode],
    graceMs: options.graceMs ?? RELAY_SETTINGS.graceMs,
    lookBackMs: options.lookBackMs ?? RELAY_SETTINGS.lookBackMs,
    pageEvents: options.pageEvents ?? RELAY_SETTINGS.pageEvents,
    maxPending: options.maxPending ?? RELAY_SETTINGS.maxPending,
  };
}

export type RelayTopic = Pick<EventTopicDefinition, 'name' | 'ordering' | 'partitions'>;

function refuse(faults: readonly string[], topic: string | undefined): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_RELAY', `The relay is wrong: ${faults.join('; ')}`, {
    details: { topic },
    action: 'Correct it; nothing was started',
  });
}
