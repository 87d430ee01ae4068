import { HEARTBEAT_EVERY_MS } from '../common/defaults.ts';

/** Heartbeats by `beat` while `work` is under way: only by heartbeats does an activity learn that it is cancelled. */
export async function withHeartbeats<Result>(beat: () => void, work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
