import type { EventPublisher } from '../../activities/event-publisher.ts';
import type { EventMessage } from '../../common/message.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { WireMessage } from '../../common/wire-format.ts';

/** What a publisher promises beyond the port. The suite tests what is true, and that nothing forbidden is declared. */
export interface PublisherFeatures {
  /** An event whose msgId was published before is not delivered again. */
  readonly dropsRepeatedMsgIds: boolean;
  /** Events of an aggregate arrive in the order of publication. */
  readonly keepsOrder: boolean;
  /** Where the user says nothing, events of one aggregate may share a call. Only without `keepsOrder`. */
  readonly sameAggregateBatching: boolean;
  /** What arrives has the body and attributes of the wire format. */
  readonly wireFormat: boolean;
  /** It has MessageGroupId and MessageDeduplicationId too. Only with `wireFormat`. */
  readonly messageGroups: boolean;
  /** It talks to a system that may be slow, gone, or without the topic. */
  readonly remote: boolean;
}

/** A publisher with a target of its own, for one test. */
export interface PublisherRig {
  readonly publisher: EventPublisher;
  /**
   * What has arrived since the last call, oldest first. `expected` is how many will come when all is well: a system that
   * takes its time is waited for until as many are there.
   */
  received(expected: number): Promise<readonly ReceivedMessage[]>;
  /** Needed when `remote`. */
  readonly faulty?: FaultyPublishers;
  /** Ends what `create` has begun. Default: nothing is to be ended. */
  close?(): Promise<void>;
}

/** Publishers of the same kind, with faults, and an event that is at fault itself. */
export interface FaultyPublishers {
  /** Its system is not there. */
  readonly unreachable: EventPublisher;
  /** Its system takes requests and never answers. */
  readonly unanswered: EventPublisher;
  /** Resolves when that system has got a request. */
  asked(): Promise<void>;
  /** Its topic does not exist. */
  readonly withoutTopic: EventPublisher;
  /** An event, of an aggregate `refused`, that the system takes under no circumstances; the good `publisher` gets it. */
  readonly refused: PublishEntry;
}

export interface ReceivedMessage {
  readonly message: EventMessage;
  /** The message as it travelled. Needed with the feature `wireFormat`. */
  readonly wire?: WireMessage | undefined;
  /** Needed with the feature `messageGroups`; else absent. */
  readonly messageGroupId?: string | undefined;
  readonly messageDeduplicationId?: string | undefined;
}

/** A test of the contract, whatever the publisher. */
export interface Clause {
  readonly title: string;
  /** Default: for every publisher. */
  readonly onlyWith?: (features: PublisherFeatures) => boolean;
  check(rig: PublisherRig, features: PublisherFeatures): Promise<void>;
}
