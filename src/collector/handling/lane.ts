import type { QueuedMessage } from '../decode/queued-message.ts';
import type { MessageOutcome } from './message-processor.ts';

/** Where a lane stopped, and why; undefined: it came to its end. */
export interface LaneStop<Message> {
  readonly message: Message;
  /** `interrupted`: the message was not begun, or not all that waited for it. */
  readonly outcome: Exclude<MessageOutcome, { kind: 'settled' }>;
  /** It and the ones behind it: all of them come again, in this order. */
  readonly left: readonly Message[];
}

export interface LaneSteps<Message> {
  /** Whether the next message may be begun. */
  mayBegin(message: Message): Promise<boolean> | boolean;
  process(message: Message): Promise<MessageOutcome>;
  settled(message: Message, outcome: Extract<MessageOutcome, { kind: 'settled' }>): void;
}

/** Handles messages of one group one after the other, and none behind one that is not settled. */
export async function runLane<Message extends QueuedMessage>(
  messages: readonly Message[],
  steps: LaneSteps<Message>,
): Promise<LaneStop<Message> | undefined> {
  for (const [index, message] of messages.entries()) {
    const outcome = (await steps.mayBegin(message))
      ? await steps.process(message)
      : { kind: 'interrupted' as const };
    if (outcome.kind !== 'settled') return { message, outcome, left: messages.slice(index) };
    steps.settled(message, outcome);
  }
  return undefined;
}

/** Messages by group, each group in the order in which it came. */
export function toLanes<Message extends QueuedMessage>(
  messages: readonly Message[],
): ReadonlyMap<string, readonly Message[]> {
  const lanes = new Map<string, Message[]>();
  for (const message of messages) {
    const lane = lanes.get(message.group);
    if (lane === undefined) lanes.set(message.group, [message]);
    else lane.push(message);
  }
  return lanes;
}
