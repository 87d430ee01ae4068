import type { EventStreamReader } from '../../common/event-log.ts';
import type { DecodeSpec } from '../decode/decode-message.ts';
import type { UntypedHandler, UntypedHandlers } from '../handlers.ts';
import type { Inbox } from '../inbox.ts';
import type { MessageRefusal } from '../refusal.ts';
import type { TimeLimit } from './within-time.ts';

/** How events are handled once they are decoded. */
export interface HandlingSpec extends DecodeSpec {
  /** Name under which the inbox remembers. */
  readonly collector: string;
  readonly handlers: UntypedHandlers | UntypedHandler;
  readonly inbox: Inbox | undefined;
  readonly onUnknown: 'ignore' | 'park';
  readonly onGap: 'hold' | 'report' | 'accept';
  /** Who knows events that did not come, by topic. */
  readonly eventLogs: Readonly<Record<string, EventStreamReader>>;
  /** Told of events that were handled although others before them are missing. */
  readonly report: (gap: Gap) => void;
}

/** Events of a stream that a collector did not get. */
export interface Gap {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  /** The first position that is missing. */
  readonly expected: number;
  /** The position that came. */
  readonly position: number;
}

/** How an event ended that needs not come again. */
export type Settled = 'handled' | 'duplicate' | 'ignored' | 'held';

/** What a message came to. */
export type HandlingResult =
  /** `held`: events that came early may be next now. */
  { readonly settled: Settled; readonly held: boolean } | { readonly refusal: MessageRefusal };

/** One message's turn: how long what belongs to it may take, and whether it may go on. */
export interface Turn {
  /** Which attempt it is. */
  readonly number: number;
  /** How long handling one event may take now. */
  timeoutMs(): number;
  /** Whether another event may be begun: one that waited for this one. */
  mayGoOn(): Promise<boolean> | boolean;
}

/** One attempt at one event. */
export interface Attempt extends TimeLimit {
  readonly number: number;
}
