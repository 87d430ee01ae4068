import {
  EventTopicError,
  type EventTopicErrorOf,
  type InvalidMessagesError,
  isEventTopicError,
  rootMessage,
} from '../../common/errors.ts';
import { factOf } from '../failure.ts';
import { Interruption } from '../interruption.ts';
import type { MessageLines } from './message-lines.ts';

export interface PublishRun {
  readonly topic: string;
  readonly file: string;
  readonly lines: MessageLines;
}

/** The client's error in lines: which is the first that is not known to be accepted, why, and how to go on. */
export function interruptedAt(
  { topic, file, lines }: PublishRun,
  error: EventTopicErrorOf<'STREAM_INTERRUPTED'>,
): EventTopicError {
  const { accepted, cause } = error;
  const line = lines.lineOf(accepted);
  const resume = `event-topic publish ${topic} --file ${file} --from-line ${line}`;
  const again = lines.hasFresh
    ? '; lines behind it may be accepted already, and those that have no msgId are then published twice'
    : '; msgIds keep it safe';
  return new EventTopicError(
    'STREAM_INTERRUPTED',
    `${accepted} events are accepted; line ${line} is the first that is not: ${reasonOf(cause)}`,
    {
      details: { topic, file, accepted, line, id: error.details['id'], msgId: error.details['msgId'] },
      action: `${before(cause)}${resume}${again}`,
      cause,
    },
  );
}

function reasonOf(cause: unknown): string {
  if (isEventTopicError(cause, 'INVALID_MESSAGES')) return faultsOf(cause);
  if (cause instanceof Interruption) return cause.message;
  if (isEventTopicError(cause)) return factOf(cause);
  return cause instanceof Error ? rootMessage(cause) : String(cause);
}

/** What has to be done before it can be resumed. */
function before(cause: unknown): string {
  if (isEventTopicError(cause, 'INVALID_MESSAGES')) return 'correct the line, then ';
  return isEventTopicError(cause, 'INVALID_ARGUMENT') && cause.action ? `${cause.action}, then ` : '';
}

/** Without the client's numbers, which count messages. */
export function faultsOf({ faults }: InvalidMessagesError): string {
  return faults.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
}
