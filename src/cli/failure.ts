import { EventTopicError, isEventTopicError, rootMessage } from '../common/errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { nextStep } from './next-step.ts';
import { toTemporalError } from './temporal/temporal-error.ts';

/** What stderr says of an error; with `--json` as one value. Part of the command line's interface: fields are added, never changed. */
export interface Failure {
  readonly error: {
    /** An error code of the package; `UNEXPECTED` for what it does not know. */
    readonly code: string;
    readonly message: string;
    /** What to do about it. Absent when the message says it all. */
    readonly next?: string;
    /** Ids and numbers, as `topic`. */
    readonly details: EventTopicError['details'];
  };
}

/** Any error as it is told, in the words of the command line. */
export function toFailure(thrown: unknown): Failure {
  const error = toTemporalError(thrown);
  if (!isEventTopicError(error)) {
    const message = error instanceof Error ? rootMessage(error) : String(error);
    return { error: { code: codeOf(error), message, details: {} } };
  }
  const { code, details, action } = error;
  const next = nextStep(error) ?? action;
  return {
    error: {
      code,
      message: factOf(error),
      ...(next ? { next } : {}),
      details,
    },
  };
}

/** The message without the action behind it. */
export function factOf({ message, action }: EventTopicError): string {
  return action ? message.slice(0, -`. ${action}`.length) : message;
}

/** Other libraries have codes too: the AWS SDK's `name`, Node's `code`. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'UNEXPECTED';
}

export function failureLines(failure: Failure, isJson: boolean): readonly string[] {
  if (isJson) return [JSON.stringify(failure)];
  const { code, message, next } = failure.error;
  return [`event-topic: ${code} ${message}`, ...(next ? [`next: ${next}`] : [])];
}

/** Codes that say that nothing was done, because of what the command was told. */
export function exitCodeOf({ error: { code } }: Failure): ExitCode {
  const isUsage =
    (code.startsWith('INVALID_') && code !== 'INVALID_MESSAGES') || code === 'CONFIRMATION_NEEDED';
  return isUsage ? EXIT.usage : EXIT.failed;
}

/** The command was called wrongly. */
export function usageError(
  faults: readonly string[],
  options: { readonly action?: string } = {},
): EventTopicError {
  const { action = 'Nothing was done; `--help` shows how the command is used' } = options;
  return new EventTopicError('INVALID_ARGUMENT', faults.join('; '), { action });
}
