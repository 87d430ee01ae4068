import { bytesOf } from '../../../common/entry-size.ts';
import type { Sizes } from '../size.ts';
import { isHeldUp, pagesOf, pendingOf, type QueueParts } from './queue-parts.ts';

/** A page's name and count, and the marker of a parked aggregate, in the next run's input. */
const PAGE_BYTES = 200;
const MARKER_BYTES = 300;

/** What one aggregate's queue holds, and what that takes in the next run's input, about. */
export function sizesOf(parts: QueueParts): Sizes {
  const { backlog, stream, memory, tally, halt } = parts;
  const pending = pendingOf(parts);
  const queued = backlog.memorySize;
  const early = stream?.earlyBytes ?? 0;
  const marker = halt.parked ? MARKER_BYTES : 0;
  const rest = tally.bytes + bytesOfTrouble(parts) + memory.bytes + pagesOf(parts) * PAGE_BYTES;
  const state = rest + marker + (stream ? bytesOf(stream.memory()) : 0);
  return isHeldUp(parts)
    ? { pending, active: 0, held: queued + early, state }
    : { pending, active: queued, held: early, state };
}

/** Most aggregates have none, and need not be measured. */
function bytesOfTrouble({ halt, backOff }: QueueParts): number {
  const { failing } = backOff;
  const isTroubled = failing || halt.parked || halt.paused || halt.operations.length > 0;
  return isTroubled ? bytesOf({ ...halt.snapshot(), failing }) : 0;
}
