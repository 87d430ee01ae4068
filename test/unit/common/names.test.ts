import { expect, it } from 'vitest';
import * as names from '../../../src/common/names.ts';

it('durable names are what histories of released versions hold', () => {
  expect(names).toMatchObject({
    PUBLISHER_WORKFLOW: 'eventTopicPublisher',
    PUBLISH_SIGNAL: 'eventTopicPublish',
    STATUS_QUERY: 'eventTopicStatus',
    RETRY_UPDATE: 'eventTopicRetry',
    PUBLISH_ACTIVITY: 'eventTopicPublishEvents',
    FAILURE_TYPES: {
      unavailable: 'EventTopicUnavailable',
      configuration: 'EventTopicConfiguration',
      refused: 'EventTopicOperationRefused',
    },
    DEFAULT_TASK_QUEUE: 'event-topic',
  });
});
