import type { EventStreamReader } from '../../src/common/event-log.ts';
import type { EventMessage } from '../../src/common/message.ts';

/** Reads the streams of one topic from the EventLog's server. */
export function httpEventLog(url: string, topic: string): EventStreamReader {
  return {
    async *readStream(id, fromPosition) {
      for (let from = fromPosition; ; ) {
        const response = await fetch(`${url}/${encodeURIComponent(`${topic}/${id}`)}?from=${from}`);
        if (!response.ok) throw new Error(`The EventLog answers ${response.status}`);
        const page = (await response.json()) as readonly EventMessage[];
        yield* page;
        const { position } = page.at(-1) ?? {};
        if (position === undefined) return;
        from = position + 1;
      }
    },
  };
}
