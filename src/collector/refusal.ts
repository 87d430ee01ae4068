import type { Refusal } from '../common/protocol/entry.ts';

/**
 * What handling again cannot cure; codes are API. `NOT_JSON`, `NOT_A_MESSAGE`: something else than this package sent it. `UNKNOWN_TOPIC`, `UNKNOWN_EVENT_TYPE`: nobody
 * here handles it. `INVALID_EVENT`: the topic's schema refuses it, or its version is not known. `CLAIM_CHECK_MISSING`, `BUCKET_NOT_ALLOWED`: its body cannot be fetched, or must not.
 * `REFUSED_BY_HANDLER`: the handler threw {@link RefusedEvent}. `ATTEMPTS_EXHAUSTED`: it failed as often as it may.
 */
export type RefusalCode =
  | 'NOT_JSON'
  | 'NOT_A_MESSAGE'
  | 'UNKNOWN_TOPIC'
  | 'UNKNOWN_EVENT_TYPE'
  | 'INVALID_EVENT'
  | 'CLAIM_CHECK_MISSING'
  | 'BUCKET_NOT_ALLOWED'
  | 'REFUSED_BY_HANDLER'
  | 'ATTEMPTS_EXHAUSTED';

/** Why a collector does not handle a message. */
export interface MessageRefusal extends Refusal {
  readonly code: RefusalCode;
}

/** Thrown by a handler: handling this event again cannot cure it. It is parked, or goes to the dead-letter queue, with this reason. */
export class RefusedEvent extends Error {
  override readonly name = 'RefusedEvent';
}

/** By name: a handler may come from another copy of this package. */
export function isRefusedEvent(error: unknown): error is RefusedEvent {
  return error instanceof Error && error.name === 'RefusedEvent';
}
