import type { PublishFailure } from '../common/protocol/activities.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { PublishResult } from './event-publisher.ts';

/**
 * What a publisher answered for these entries, as far as it can be trusted: who answers for more or fewer events than it got, or for other
 * ones, may have published any of them. Those are tried again; whatever has them already drops the repeat by msgId.
 */
export function checkedResults(entries: readonly PublishEntry[], answer: unknown): readonly PublishResult[] {
  if (!Array.isArray(answer) || answer.length !== entries.length) {
    const count = Array.isArray(answer) ? answer.length : 'none';
    const reason = `The publisher answered for ${count} of ${entries.length} events; correct its publish(): one result per entry, in their order`;
    return entries.map(() => wrongAnswer(reason));
  }
  return entries.map((entry, index) => {
    const result: unknown = answer[index];
    if (isResultOf(entry, result)) return result;
    return wrongAnswer(
      `The publisher gave no result for the message ${entry.message.meta.msgId}; correct its publish(): { ok: true, receipt } with that msgId, or { ok: false, failure }`,
    );
  });
}

/** Whether a port's answer is a failure: what it says decides whether an event is tried again or parked. */
export function isFailure(value: unknown): value is PublishFailure {
  if (!isObject(value)) return false;
  const { kind, code, reason } = value;
  const isKind = kind === 'retry' || kind === 'event' || kind === 'configuration';
  return isKind && typeof code === 'string' && typeof reason === 'string';
}

/** Time may cure it, when somebody corrects the code: the events are good and keep their place. */
function wrongAnswer(reason: string): PublishResult {
  return { ok: false, failure: { kind: 'retry', code: 'WrongAnswer', reason } };
}

function isResultOf({ message }: PublishEntry, result: unknown): result is PublishResult {
  if (!isObject(result)) return false;
  if (result['ok'] === false) return isFailure(result['failure']);
  const { receipt } = result;
  return result['ok'] === true && isObject(receipt) && receipt['msgId'] === message.meta.msgId;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
