import { describe, invalidArgument, isRecord, type KeysOf, optionFaults } from '../common/arguments.ts';
import { EventTopicError } from '../common/errors.ts';
import type { EventMessage } from '../common/message.ts';

/** The part of an `EventTopic` that a hand-over needs. */
export interface PublishTarget<Message> {
  publish(messages: readonly Message[], options: { readonly signal: AbortSignal }): Promise<void>;
}

export interface AppendAndPublishOptions {
  /** How long to wait for Temporal to accept what is stored, in milliseconds; then a relay does it. Default: 2,000. */
  readonly timeout?: number;
  /** Told why what is stored was not handed over, for a log: nothing is lost. Default: nobody is told. */
  readonly onNotPublished?: (error: unknown, messages: readonly EventMessage[]) => void;
}

export interface Appended<Message> {
  /** What was stored. */
  readonly messages: readonly Message[];
  /** Temporal has accepted it. False: a relay publishes it. */
  readonly published: boolean;
}

const OPTION_KEYS: KeysOf<AppendAndPublishOptions> = { timeout: true, onNotPublished: true };
const TIMEOUT_MS = 2_000;

/**
 * Stores, then publishes. `append` stores in a transaction of yours and returns, after its commit, what it stored; whatever it throws is thrown
 * here, and nothing is published. Once it has returned, this resolves in any case: what Temporal does not take now, for it does not answer or because
 * the process dies, the topic's relay finds in the EventLog (`new EventLogRelay(topic, { mode: 'sweep' })`).
 *
 * Check messages before you store them, with `topic.check(messages)`: at what is stored and not valid, its aggregate parks.
 *
 * Throws `INVALID_ARGUMENT` when it is called wrongly.
 */
export async function appendAndPublish<Message extends EventMessage>(
  topic: PublishTarget<Message>,
  append: () => Promise<readonly Message[]>,
  options: AppendAndPublishOptions = {},
): Promise<Appended<Message>> {
  checkCall(topic, append, options);
  const { timeout = TIMEOUT_MS, onNotPublished } = options;
  const messages = await append();
  const signal = AbortSignal.timeout(timeout);
  try {
    if (!Array.isArray(messages)) throw notMessages(messages);
    await Promise.race([topic.publish(messages, { signal }), aborted(signal)]);
    return { messages, published: true };
  } catch (error) {
    tell(onNotPublished, error, messages);
    return { messages, published: false };
  }
}

/** What is in flight to Temporal does not end with the signal: nobody waits for it any longer. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** It is for a log; what it throws must not make a stored event look like one that is not. */
function tell(
  onNotPublished: AppendAndPublishOptions['onNotPublished'],
  error: unknown,
  messages: readonly EventMessage[],
): void {
  try {
    onNotPublished?.(error, messages);
  } catch {
    // Nobody to tell.
  }
}

function notMessages(messages: unknown): EventTopicError {
  return new EventTopicError(
    'INVALID_ARGUMENT',
    `append() returned ${describe(messages)} instead of the messages that it stored`,
    {
      action: 'Let it return them; a relay publishes these',
    },
  );
}

function checkCall(topic: unknown, append: unknown, options: unknown): void {
  const faults = [
    ...(isRecord(topic) && typeof topic['publish'] === 'function'
      ? []
      : [`topic is an EventTopic, not ${describe(topic)}`]),
    ...(typeof append === 'function' ? [] : [`append is a function, not ${describe(append)}`]),
    ...optionFaults(options, OPTION_KEYS, 'options'),
  ];
  if (isRecord(options)) {
    const { timeout, onNotPublished } = options;
    if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0))
      faults.push(`options.timeout is a number of milliseconds from 0, not ${describe(timeout)}`);
    if (onNotPublished !== undefined && typeof onNotPublished !== 'function')
      faults.push(`options.onNotPublished is a function, not ${describe(onNotPublished)}`);
  }
  if (faults.length > 0) throw invalidArgument('appendAndPublish(topic, append, options)', faults);
}
