// Durable names: they stand in workflow histories. Add to this list; never edit or remove an entry after its release.

/** Workflow type of the publisher workflow. */
export const PUBLISHER_WORKFLOW = 'eventTopicPublisher';
/** Workflow type of a page: it holds a part of a backlog that is too large for one run. */
export const PAGE_WORKFLOW = 'eventTopicBacklogPage';
/** Signal by which the publisher asks a page for its events. */
export const RELEASE_PAGE_SIGNAL = 'eventTopicReleasePage';
/** Signal by which a page gives its events back to the publisher. */
export const LOAD_PAGE_SIGNAL = 'eventTopicLoadPage';
/** Signal that carries events to the publisher workflow. */
export const PUBLISH_SIGNAL = 'eventTopicPublish';
/** Query for {@link PublisherStatus}. */
export const STATUS_QUERY = 'eventTopicStatus';
/** Update by which an operator tries a parked event again. */
export const RETRY_UPDATE = 'eventTopicRetry';
/** Update by which an operator drops the parked event. */
export const SKIP_UPDATE = 'eventTopicSkip';
/** Update by which an operator publishes corrected content instead of the parked event. */
export const REPLACE_UPDATE = 'eventTopicReplace';
/** Update by which an operator stops an aggregate. */
export const PAUSE_UPDATE = 'eventTopicPause';
/** Update by which an operator lets a paused aggregate go on. */
export const RESUME_UPDATE = 'eventTopicResume';
/** Update that answers when messages are published, or cannot be. */
export const AWAIT_PUBLISHED_UPDATE = 'eventTopicAwaitPublished';
/** Activity that hands events to SNS. */
export const PUBLISH_ACTIVITY = 'eventTopicPublishEvents';
/** Activity that reads events missing in a stream from the EventLog. */
export const READ_STREAM_ACTIVITY = 'eventTopicReadStream';
/** Workflow type of a marker: it is open while its aggregate is parked, so that visibility can list the parked ones. */
export const PARKED_WORKFLOW = 'eventTopicParked';
/** Signal by which a publisher ends a marker. */
export const UNPARKED_SIGNAL = 'eventTopicUnparked';
/** Workflow type of a topic's layout: it records for good how many partitions the topic has. */
export const LAYOUT_WORKFLOW = 'eventTopicLayout';
/** Key in a layout's memo: the topic's number of partitions. */
export const LAYOUT_PARTITIONS_MEMO = 'eventTopicPartitions';

/** Workflow type of a relay: it publishes what an EventLog holds. */
export const RELAY_WORKFLOW = 'eventTopicRelay';
/** Update that answers when a relay has begun, or says why it cannot. */
export const RELAY_OPENED_UPDATE = 'eventTopicRelayOpened';
/** Signal by which a relay is stopped. */
export const RELAY_STOP_SIGNAL = 'eventTopicRelayStop';
/** Query for what a relay has done. */
export const RELAY_STATUS_QUERY = 'eventTopicRelayStatus';
/** Activity that finds out where a relay begins, and whether it can. */
export const OPEN_RELAY_ACTIVITY = 'eventTopicOpenRelay';
/** Activity that reads the EventLog and publishes what it finds. */
export const RELAY_EVENTS_ACTIVITY = 'eventTopicRelayEvents';
/** Key in a relay's memo: since when the topic has one, ISO time; what was stored before is not its business. */
export const RELAY_SINCE_MEMO = 'eventTopicRelaySince';
/** Workflow type of a comparison of an EventLog with what was published. */
export const VERIFY_WORKFLOW = 'eventTopicVerify';
/** Activity that compares. */
export const VERIFY_EVENTS_ACTIVITY = 'eventTopicVerifyEvents';

/** Workflow type of a republish: it sends stored events again. */
export const REPUBLISH_WORKFLOW = 'eventTopicRepublish';
/** Query for how far a republish has come. */
export const REPUBLISH_STATUS_QUERY = 'eventTopicRepublishStatus';
/** Activity that sends stored events again. */
export const REPUBLISH_EVENTS_ACTIVITY = 'eventTopicRepublishEvents';

/** Types of the `ApplicationFailure`s that cross Temporal's boundary. */
export const FAILURE_TYPES = {
  /** SNS throttles, does not answer or fails: retried with backoff, for ever. */
  unavailable: 'EventTopicUnavailable',
  /** Permission, key, topic or worker configuration: retried slowly, for ever. */
  configuration: 'EventTopicConfiguration',
  /** The operation does not apply to the publisher's state. */
  refused: 'EventTopicOperationRefused',
} as const;

/** Task queue that clients and workers use unless told otherwise. */
export const DEFAULT_TASK_QUEUE = 'event-topic';
