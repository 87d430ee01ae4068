import type { OperationName, OperationRequest, PublishEntry } from '../common/publisher-protocol.ts';
import { GAP, POSITION_CONFLICT, type PublishQueue } from './publish-queue.ts';

/** What an operator wants done. */
export interface Wish {
  readonly operation: OperationName;
  readonly request: OperationRequest;
}

/** Why an operation does not apply; undefined when it does, or was done already. */
export function refusalOf(queue: PublishQueue, { operation, request }: Wish): string | undefined {
  if (wasDone(queue, request)) return undefined;
  const { parked, paused } = queue;
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
  const { actor, reason, operationId, replacement } = request;
  const at = new Date(now).toISOString();
  const msgId = queue.parked?.msgId;
  if (operation === 'retry') queue.retry(now);
  else if (operation === 'skip') queue.skip(now);
  else if (operation === 'replace' && replacement) queue.replace(replacement, now);
  else if (operation === 'pause') queue.pause({ actor, reason, since: at });
  else if (operation === 'resume') queue.resume();
  const isOnEvent = operation !== 'pause' && operation !== 'resume';
  queue.record({
    operation,
    actor,
    reason,
    at,
    ...(isOnEvent && msgId ? { msgId } : {}),
    ...(operationId ? { operationId } : {}),
  });
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
function wasDone({ operations }: PublishQueue, { operationId }: OperationRequest): boolean {
  return operationId !== undefined && operations.some((done) => done.operationId === operationId);
}
