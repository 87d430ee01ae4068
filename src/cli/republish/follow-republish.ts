import { setTimeout as sleep } from 'node:timers/promises';
import type { Republish, RepublishStatus } from '../../client/republish/republish.ts';
import type { CliContext } from '../context.ts';

const LOOK_MS = 1_000;

/** Tells how far it is until it has ended. It goes on whatever becomes of this process: when the user interrupts, that is what is told. */
export async function followRepublish(republish: Republish, context: CliContext): Promise<RepublishStatus> {
  const { output, signal } = context;
  for (;;) {
    const status = await republish.status();
    const { state, read, published, refused, topic, republishId } = status;
    if (state === 'done') return await republish.result();
    if (state === 'cancelled') return status;
    output.progress(
      { state, read, published, refused },
      (it) => `${it.state}: published ${it.published}, read ${it.read}`,
    );
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) continue;
    output.note(
      `It goes on. See: event-topic republish status ${topic} ${republishId}; end it: event-topic republish cancel ${topic} ${republishId}`,
    );
    return status;
  }
}
