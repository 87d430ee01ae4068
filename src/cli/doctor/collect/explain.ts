import { errorFacts } from '../../../activities/classify-error.ts';
import { rootMessage } from '../../../common/errors.ts';
import type { Unread } from '../read.ts';

export function explainAws(error: unknown): Unread {
  const { code, message } = errorFacts(error);
  return { code, reason: message };
}

/** What gRPC and Temporal say; anything else by its message. */
export function explainTemporal(error: unknown): Unread {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, details } = each as { readonly code?: unknown; readonly details?: unknown };
    if (typeof code === 'number' && typeof details === 'string')
      return { code: GRPC[code] ?? String(code), reason: details || each.message };
  }
  return { code: 'UNKNOWN', reason: error instanceof Error ? rootMessage(error) : String(error) };
}

/** gRPC's status codes, as far as a check asks for them. */
const GRPC: Readonly<Record<number, string>> = {
  4: 'DEADLINE_EXCEEDED',
  5: 'NOT_FOUND',
  7: 'PERMISSION_DENIED',
  12: 'UNIMPLEMENTED',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};
