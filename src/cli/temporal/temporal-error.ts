import { EventTopicError, isEventTopicError, rootMessage } from '../../common/errors.ts';

/** gRPC's status codes. */
const GRPC = {
  notFound: 5,
  deadlineExceeded: 4,
  permissionDenied: 7,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const REFUSALS: ReadonlySet<number> = new Set([GRPC.notFound, GRPC.permissionDenied, GRPC.unauthenticated]);
const OUTAGES: ReadonlySet<number> = new Set([GRPC.deadlineExceeded, GRPC.unavailable]);

/** What Temporal answers, or that it does not, as an error of this package; any other error as it is. */
export function toTemporalError(error: unknown, address?: string): unknown {
  if (isEventTopicError(error)) return error;
  const code = grpcCodeOf(error);
  if (isUnknownNamespace(error)) return refused(error.message, { address, cause: error });
  if (code === undefined || !(error instanceof Error)) return error;
  const reason = detailsOf(error);
  if (OUTAGES.has(code)) return unreachable(reason, { address, cause: error });
  return REFUSALS.has(code) ? refused(reason, { address, cause: error }) : error;
}

interface Facts {
  readonly address: string | undefined;
  readonly cause: unknown;
}

function refused(reason: string, { address, cause }: Facts): EventTopicError {
  return new EventTopicError('TEMPORAL_REFUSED', `Temporal refuses: ${reason}`, {
    details: { address },
    action: 'Look at namespace and credentials: `--namespace`, `--profile`, TEMPORAL_API_KEY',
    cause,
  });
}

/** Temporal's client makes an error of its own of that, without gRPC's. */
function isUnknownNamespace(error: unknown): error is Error {
  return error instanceof Error && error.name === 'NamespaceNotFoundError';
}

export function unreachable(reason: string, { address, cause }: Facts): EventTopicError {
  return new EventTopicError('TEMPORAL_UNREACHABLE', `Temporal does not answer: ${reason}`, {
    details: { address },
    action:
      'Start it, or say where it is: `--address`, `--profile`, TEMPORAL_ADDRESS (and TEMPORAL_API_KEY or TEMPORAL_TLS_*)',
    cause,
  });
}

/** Temporal's client wraps gRPC's errors in its own. */
function grpcCodeOf(error: unknown): number | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, details } = each as { code?: unknown; details?: unknown };
    if (typeof code === 'number' && typeof details === 'string') return code;
  }
  return undefined;
}

function detailsOf(error: Error): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { details } = each as { details?: unknown };
    if (typeof details === 'string' && details !== '') return details;
  }
  return rootMessage(error);
}
