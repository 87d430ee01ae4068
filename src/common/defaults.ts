// Every default and limit of the package, in one place, with its reason.

/** Idle publishers stay open this long. Longer than SNS's deduplication window of 5 minutes, and long enough that busy
 * aggregates do not start a new run per event (Temporal Cloud: one new run per second and workflow id). */
export const LINGER_MS = 10 * 60_000;

/** msgIds remembered at least: a caller that repeats a long call finds all of it known. */
export const REMEMBER_MSG_IDS = 1_000;

/** msgIds are remembered at least this long: twice SNS's deduplication window. */
export const REMEMBER_MS = 10 * 60_000;

/** msgIds remembered at most, so that the next run's input stays below Temporal's 2 MB (a UUID takes about 75 bytes). */
export const MAX_REMEMBERED_MSG_IDS = 10_000;

/** Bytes that remembered msgIds take at most; reached before their number when they are longer than UUIDs. */
export const MAX_REMEMBERED_BYTES = 800_000;

/** Signals after which a run continues as new: far below Temporal's 10,000 per run, whose warning does not count them. */
export const MAX_SIGNALS_PER_RUN = 4_000;

/** One publish activity: its input stays well below Temporal's 2 MB per payload (in UTF-8 a character takes up to 3 bytes). */
export const ACTIVITY_LIMITS = { maxEntries: 50, maxChars: 256 * 1024 } as const;

/** Events of one aggregate that its first publish activity takes, about {@link ACTIVITY_BUDGET_MS} at SNS's usual 15 ms, and the most
 * that a later one does: batches of ten from one aggregate (`sameAggregateBatching`) get that far. */
export const ACTIVITY_GROWTH = { first: 128, most: 512 } as const;

/** Characters of JSON of waiting events that a publisher keeps in memory. What it carries into its next run (Temporal: 2 MB)
 * is at most this and the remembered msgIds; in UTF-8 a character takes up to 3 bytes. */
export const BACKLOG_MEMORY_CHARS = 384 * 1024;

/** One page of a larger backlog: the input of a workflow, and later of a signal, of at most 2 MB. */
export const PAGE_LIMITS = { maxEntries: 2_000, maxChars: 256 * 1024 } as const;

/** Ordering by position: longer than signals of concurrent callers lie apart, shorter than a user notices. */
export const SETTLE_MS = 500;

/** Ordering by position: longer than a caller that publishes with retries takes for its own event. */
export const GAP_TIMEOUT_MS = 10_000;

/** Ordering by position: how long one read of the EventLog may take. */
export const READ_STREAM_TIMEOUT_MS = 30_000;

/** Ordering by position: how long the EventLog is asked, again and again, before the aggregate parks: longer than a failover. */
export const READ_STREAM_PATIENCE_MS = 10 * 60_000;

/** Ordering by position: fingerprints kept per aggregate, to tell a repeated position from one with another content. */
export const RECENT_POSITIONS = 10;

/** Characters of JSON of early arrivals that an aggregate keeps in memory; the farthest go to a page. */
export const EARLY_MEMORY_CHARS = 64 * 1024;

/** A partition's publisher: together with {@link PARTITION_STATE_BYTES} what it carries stays below 2 MB. */
export const PARTITION_LIMITS = {
  /** Characters of JSON of events that wait for their turn with their aggregates; beyond, events wait in the inbox. */
  activeChars: 256 * 1024,
  /** Characters of events at which aggregates are parked, or that are early; beyond, events wait in the inbox. */
  heldChars: 160 * 1024,
  /** The inbox in memory; beyond, it is paged. */
  inboxChars: 160 * 1024,
  /** What one aggregate keeps in memory for sure. */
  keep: { maxEntries: 50, maxChars: 32 * 1024 },
  /** One page of the inbox or of an aggregate. */
  page: { maxEntries: 2_000, maxChars: 96 * 1024 },
  /** One publish activity, and the least that each of its aggregates may send (a second's worth for one alone). */
  activityEntries: 500,
  activityChars: 256 * 1024,
  leastPerAggregate: 10,
  /** Publish activities at the same time: one may be busy with an aggregate that has much to send. */
  activities: 2,
  /** Aggregates that are remembered although nothing of them waits. */
  aggregates: 5_000,
} as const;

/** What a partition remembers of its aggregates: msgIds, watermarks, parked events. The longest unused go first. */
export const PARTITION_STATE_BYTES = 400_000;

/** Receipts kept for those who wait for them. */
export const REMEMBERED_RECEIPTS = 1_000;

/** Updates after which a run continues as new: half of Temporal's 2,000 per run. */
export const MAX_UPDATES_PER_RUN = 1_000;

/** Operations that a status shows. */
export const REMEMBERED_OPERATIONS = 10;

/** Delay before a page that could not be made, or not be reached, is tried again. */
export const PAGE_RETRY_DELAY_MS = 10_000;

/**
 * The activity stops taking further events after this time and returns what it has: what a killed worker had published and not
 * yet reported is about two seconds' worth, however slow SNS is.
 */
export const ACTIVITY_BUDGET_MS = 2_000;

/** Between two heartbeats while a request is under way. */
export const HEARTBEAT_EVERY_MS = 2_000;

/**
 * What a worker lets the SDK hold a heartbeat back for. Its default, 8 of the 10 seconds below, leaves so little that a busy machine or a
 * restart of Temporal makes it give up an attempt that goes on, next to which the next one would publish.
 */
export const HEARTBEAT_THROTTLE_MS = 1_000;

/** A worker that died is noticed after this time. */
export const HEARTBEAT_TIMEOUT_MS = 10_000;

/** An attempt sends nothing more when its last heartbeat is older: Temporal may have given it up. The last that Temporal knows of may be held back, as above. */
export const LEASE_MS = HEARTBEAT_TIMEOUT_MS - HEARTBEAT_THROTTLE_MS;

/** One attempt of the activity: its budget, one request that started just before, and room. */
export const START_TO_CLOSE_MS = 60_000;

/** First delay before a failed activity is tried again; doubles up to {@link RETRY_MAX_DELAY_MS}. */
export const RETRY_FIRST_DELAY_MS = 1_000;

/** Longest delay between tries: a fifth of SNS's deduplication window, so that a repeat after a lost answer falls in it. */
export const RETRY_MAX_DELAY_MS = 60_000;

/** Delay between tries when only an operator can cure the cause (permission, key, missing topic). */
export const CONFIGURATION_RETRY_DELAY_MS = 2 * 60_000;

/** One request to SNS, the AWS SDK's own retries included. Shorter than {@link START_TO_CLOSE_MS}: see ARCHITECTURE.md. */
export const SNS_REQUEST_TIMEOUT_MS = 10_000;

/** SNS: at most 10 entries per PublishBatch. */
export const SNS_MAX_BATCH_ENTRIES = 10;

/** Requests in flight per topic and worker process. Events that become ready while there are this many leave together. */
export const MAX_BATCHES_IN_FLIGHT = 8;

/** The same when enough events wait to fill a batch: waiting longer would gain nothing. */
export const MAX_FULL_BATCHES_IN_FLIGHT = 32;

/** A topic that throttles, and has taken something in this time, is asked again soon and by the same activity; any other when
 * Temporal tries again. As long as an activity takes. */
export const THROTTLE_PATIENCE_MS = 2_000;

/** After this time without a throttle a topic gets as many requests as at first: the limit it had may be gone, or its events. */
export const THROTTLE_MEMORY_MS = 10_000;

/** Pause before a throttled event is sent again: at least this, at most four times as long, so that they do not come together. */
export const THROTTLE_PAUSE_MS = 100;

/** An incident of a topic is over when nothing has failed for this long and something was published. */
export const INCIDENT_QUIET_MS = 10_000;

/** SNS: body and attributes of a message, and of a whole batch (topic attribute MaximumMessageSize, default 256 KiB). */
export const SNS_MAX_MESSAGE_BYTES = 256 * 1024;

/** SQS: body and attributes of a message. What queues were created with until 2025, and the most that any takes. */
export const SQS_MAX_MESSAGE_BYTES = [256 * 1024, 1024 * 1024] as const;

/** Why an event was refused, in the attributes of its dead letter: enough for SNS's longest message. */
export const MAX_REFUSED_REASON_BYTES = 1_000;

/** A body that is offloaded to S3: it is held in memory as a whole, by the caller and by each consumer for ten messages. */
export const MAX_OFFLOADED_BYTES = 16 * 1024 * 1024;

/** Bodies of one call that are uploaded at the same time. */
export const UPLOADS_IN_FLIGHT = 4;

/** One body to or from S3, the AWS SDK's own retries included: the largest one takes 8 s at 2 MB/s. */
export const S3_REQUEST_TIMEOUT_MS = 30_000;

/** One publish signal: well below Temporal's 2 MB per payload. */
export const SIGNAL_LIMITS = { maxEntries: 500, maxChars: 512 * 1024 } as const;

/** When a client looks at a publisher's history before it signals on, and what it finds too long. Temporal ends a history at
 * 10,000 signals, 51,200 events or 50 MB; publishers continue as new from 4,000 signals, 4,096 events or 4 MB. */
export const PACING = {
  /** Signals, or characters, sent to one publisher within the window after which the client looks. */
  signals: 200,
  chars: 2 * 1024 * 1024,
  windowMs: 60_000,
  /** Up to here the client sends on at once; beyond, it waits for the publisher to continue as new. */
  easyEvents: 5_000,
  easyBytes: 6_000_000,
  /** It waits this long at most, then sends on unless the history is full: no worker may be running. */
  maxWaitMs: 10_000,
  pollMs: 100,
  fullEvents: 9_000,
  fullBytes: 30_000_000,
  /** Publishers whose signals are counted at the same time, at most. */
  maxAggregates: 10_000,
} as const;

/** A worker that is told to stop gives running activities this long. */
export const SHUTDOWN_GRACE_MS = 25_000;

/** An entry as the data converter encodes it: Temporal takes 2 MB per payload, and one message is alone in its signal. */
export const MAX_ENCODED_BYTES = 1_700_000;

/** Messages that one update waits for. */
export const MAX_AWAITED = 1_000;

/** Before an update that waits for receipts is sent again, because its run ended or Temporal has too many of them. */
export const AWAIT_AGAIN_MS = 200;

/** A relay's defaults; see `RelaySettings`. */
export const RELAY_SETTINGS = {
  /** Sweep: longer than a caller that publishes with retries takes for its own event. */
  graceMs: 30_000,
  /** Sweep: a minute of a store whose visibility is not quite what it promises; with one that keeps its promise it finds nothing. */
  lookBackMs: 60_000,
  /** Events that are read, checked and handed over together: far below what one signal may hold, times some. */
  pageEvents: 500,
  /** Events of one publisher that wait: beyond, a relay waits too. As many as a few pages of a backlog. */
  maxPending: 10_000,
} as const;

/** Between two looks at an EventLog: a sweep heals within this and its grace; a tail without a wake-up is late by half of it. */
export const RELAY_EVERY_MS = { sweep: 60_000, tail: 500 } as const;

/** One activity of a relay: each is one action of Temporal's, and what it says is what a relay that is reset goes back to. */
export const RELAY_PASS_MS = 60_000;

/** Characters of JSON that a relay reads before it hands over what it has: its memory, whatever the events' size. */
export const RELAY_PAGE_CHARS = 4 * 1024 * 1024;

/** Events that a relay hands to one publisher before it asks how many wait. */
export const RELAY_ASK_PENDING_EVERY = 2_000;

/** Passes after which a relay continues as new: some two hundred events of history, and half an hour of a tail. */
export const MAX_PASSES_PER_RUN = 25;

/** Events of a republish per second, unless told otherwise: an hour for 360,000, beside live ones. */
export const REPUBLISH_RATE = 100;

/** Refused events that a republish names; it counts all. */
export const REPUBLISH_MOST_REFUSED = 20;

/** Events that are compared together. */
export const VERIFY_PAGE_EVENTS = 5_000;

/** Holes that a comparison names; it counts all. */
export const VERIFY_MOST_HOLES = 1_000;

/** How far the clocks of EventLog and Temporal may differ when a relay looks whether an event was accepted. Beyond, it may publish again
 * what was accepted, and the msgId makes up for it. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** One comparison of an EventLog with what was published, from begin to end. */
export const VERIFY_TIMEOUT_MS = 60 * 60_000;

/** SQS: entries of a batch request, and messages of a receive. */
export const SQS_BATCH = 10;

/** A collector's defaults; see `EventCollectorOptions`. */
export const COLLECTOR = {
  /** Below the 30 s for which a queue hides a message unless told otherwise. */
  handlerTimeoutMs: 20_000,
  /** By how much a message is hidden longer than its handler may take: what starting and committing take, and clocks. */
  visibilityMarginMs: 5_000,
  /** As many aggregates as one receive brings at most. */
  concurrency: 10,
  /** SQS: a receive waits 20 s at most. Half of it, so that a stop stays within Kubernetes' 30 s. */
  waitSeconds: 10,
  /** Before an aggregate is tried again: doubled by each failure. */
  retrySeconds: { first: 1, most: 60 },
  /** Before a parked aggregate is looked at again: rarely enough that a queue with the component's 100 receives keeps it for a day. */
  parkSeconds: 900,
} as const;

/** Telemetry: how often a worker says what it has not published yet, and how long it remembers an attempt that nobody repeats here: longer than the two
 * minutes between attempts of a topic that is configured wrongly. */
export const UNPUBLISHED_LOOK_MS = 5_000;
export const UNPUBLISHED_KEPT_MS = 5 * 60_000;

/** Telemetry: how often a worker asks Temporal how many aggregates are parked. */
export const PARKED_LOOK_MS = 30_000;
