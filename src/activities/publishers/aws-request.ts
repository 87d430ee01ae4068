import { describe, isRecord, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import { type ErrorFacts, errorFacts } from '../classify-error.ts';

/** One request to an AWS service. */
export interface AwsRequest {
  readonly service: 'SNS' | 'SQS';
  /** The SDK's own retries included, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborted when the worker stops. */
  readonly signal: AbortSignal;
}

/** Throws `INVALID_PUBLISHER` when the options are none, have keys that nobody reads, or no client of the AWS SDK. */
export function checkAwsOptions(options: unknown, known: Readonly<Record<string, true>>): void {
  const { client } = isRecord(options) ? options : {};
  const isClient = isRecord(client) && typeof client['send'] === 'function';
  const faults = [
    ...optionFaults(options, known),
    ...(isClient || !isRecord(options) ? [] : [`client is a client of the AWS SDK, not ${describe(client)}`]),
  ];
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_PUBLISHER', `The options are wrong: ${faults.join('; ')}`, {
    action: 'Correct them and construct it again',
  });
}

/** Throws `INVALID_PUBLISHER` when the timeout is out of range. */
export function checkTimeout(requestTimeoutMs: number, maxMs: number): void {
  if (requestTimeoutMs >= 1 && requestTimeoutMs <= maxMs) return;
  throw new EventTopicError('INVALID_PUBLISHER', 'The request timeout is out of range', {
    details: { requestTimeoutMs },
    action: `Give 1 to ${maxMs} milliseconds`,
  });
}

/** Makes the request with a signal that aborts it after the timeout, or with the worker's own. */
export async function withTimeout<Answer>(
  { timeoutMs, signal }: AwsRequest,
  send: (abortSignal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  // A timer of our own, not AbortSignal.any with AbortSignal.timeout: the former holds the latter only weakly, and a
  // timeout that has been garbage collected never fires (Node.js 20).
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await send(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** The facts of what the request threw; an aborted one says why. */
export function requestFacts({ service, timeoutMs }: AwsRequest, error: unknown): ErrorFacts {
  const facts = errorFacts(error);
  if (facts.code !== 'AbortError') return facts;
  return {
    code: 'TimeoutError',
    message: `${service} did not answer within ${timeoutMs} ms, or the worker stopped`,
  };
}
