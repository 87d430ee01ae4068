import { isEventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import type { AnyEventTopic } from '../operate/parked-event.ts';
import { faultsOf } from './interrupted.ts';
import type { MessageLines } from './message-lines.ts';

export interface LineFault {
  readonly line: number;
  readonly msgId?: string;
  readonly reason: string;
}

/** JSON of `publish --dry-run`. */
export interface CheckedLines {
  readonly topic: string;
  readonly checked: number;
  /** How many are wrong. */
  readonly refused: number;
  /** The first of them, at most 100. */
  readonly faults: readonly LineFault[];
}

const MOST_FAULTS = 100;

/** Checks every line as `publish` would, and sends nothing. A line that is no JSON ends it. */
export async function checkLines(
  topic: AnyEventTopic,
  lines: MessageLines,
  signal: AbortSignal,
): Promise<CheckedLines> {
  const faults: LineFault[] = [];
  let checked = 0;
  let refused = 0;
  for await (const message of lines) {
    signal.throwIfAborted();
    const reason = faultOf(topic, message);
    if (reason !== undefined) {
      refused += 1;
      if (faults.length < MOST_FAULTS)
        faults.push({ line: lines.lineOf(checked), ...msgIdOf(message), reason });
    }
    checked += 1;
    lines.forgetBefore(checked);
  }
  return { topic: topic.topic.name, checked, refused, faults };
}

function faultOf(topic: AnyEventTopic, message: EventMessage): string | undefined {
  try {
    topic.check([message]);
    return undefined;
  } catch (error) {
    if (!isEventTopicError(error, 'INVALID_MESSAGES')) throw error;
    return faultsOf(error);
  }
}

function msgIdOf(message: EventMessage): { readonly msgId?: string } {
  const msgId: unknown = message?.meta?.msgId;
  return typeof msgId === 'string' ? { msgId } : {};
}
