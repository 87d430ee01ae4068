import type { EventMessage } from './message.ts';

/** Reads one aggregate's stream of the application's EventLog. */
export interface EventStreamReader {
  /**
   * The aggregate's stored messages from that position on, each with its `position`, in order of position. A reader may
   * stop before the end, so fetch page by page; an aggregate without stored messages is an empty stream. Throw when the
   * EventLog does not answer: the read is tried again.
   */
  readStream(id: string, fromPosition: number): AsyncIterable<EventMessage>;
}
