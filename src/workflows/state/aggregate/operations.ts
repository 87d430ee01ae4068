import type { PublishEntry } from '../../../common/protocol/entry.ts';
import type { OperationName, OperationRequest } from '../../../common/protocol/operate.ts';
import { toIso } from '../iso-time.ts';
import { GAP, POSITION_CONFLICT } from './halt.ts';
import type { PublishQueue } from './publish-queue.ts';

/** What an operator wants done. */
export interface Wish {
  readonly operation: OperationName;
  readonly request: OperationRequest;
}

/** Characters that are kept of who did something, and why: it must fit into the next run's input. */
const MAX_TEXT_LENGTH = 1_000;

/** Why an operation does not apply; undefined when it does, or was done already. */
export function refusalOf(queue: PublishQueue, { operation, request }: Wish): string | undefined {
  if (wasDone(queue, request)) return undefined;
  const { parked, paused } = queue.halt;
  if (operation === 'pause') return paused && `The aggregate is paused already, by ${paused.actor}`;
  if (operation === 'resume') return paused ? undefined : 'The aggregate is not paused';
  if (!parked) return 'No event of this aggregate is parked';
  if (request.msgId !== undefined && request.msgId !== parked.msgId) {
    return `The aggregate is parked at another event, ${parked.msgId}`;
  }
  if (operation === 'retry' && parked.code === POSITION_CONFLICT) {
    return 'Trying again does not cure a position that came twice: skip the second one';
  }
  return operation === 'replace' ? refusalOfReplacement(parked.code, queue.first, request) : undefined;
}

/** Does an operation that applies, once, and records it. */
export function operate(queue: PublishQueue, { operation, request }: Wish, now: number): void {
  if (wasDone(queue, request)) return;
  const { operationId, replacement } = request;
  const operator = { actor: clipped(request.actor), reason: clipped(request.reason) };
  const at = toIso(now);
  const { parked } = queue;
  if (operation === 'retry') queue.retry(now);
  else if (operation === 'skip') queue.skip(now);
  else if (operation === 'replace' && replacement) queue.replace(replacement, now);
  else if (operation === 'pause') queue.halt.pause({ ...operator, since: at });
  else if (operation === 'resume') queue.halt.resume();
  // At a gap there is no event that it is done to: the first one behind it is published afterwards.
  const isOnEvent = operation !== 'pause' && operation !== 'resume' && parked?.code !== GAP;
  queue.halt.record({
    operation,
    ...operator,
    at,
    ...(isOnEvent && parked ? { msgId: parked.msgId } : {}),
    ...(operationId ? { operationId } : {}),
  });
}

function clipped(text: string): string {
  return text.slice(0, MAX_TEXT_LENGTH);
}

function refusalOfReplacement(
  code: string,
  first: PublishEntry | undefined,
  { replacement }: OperationRequest,
): string | undefined {
  if (code === GAP) return 'There is no event to replace: publish the missing ones, or skip them';
  if (code === POSITION_CONFLICT) return 'A position that came twice cannot be replaced: skip the second one';
  if (!replacement || !first) return 'There is no content to publish instead';
  const { id, meta, position } = replacement.message;
  const parked = first.message;
  const isSame = id === parked.id && meta.msgId === parked.meta.msgId && position === parked.position;
  return isSame ? undefined : 'The new content has another id, msgId or position than the parked event';
}

// A try of an operation may come again, through a run that has begun since: Temporal knows update ids within one run only.
function wasDone({ halt }: PublishQueue, { operationId }: OperationRequest): boolean {
  return operationId !== undefined && halt.operations.some((done) => done.operationId === operationId);
}
