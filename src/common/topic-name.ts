// The SNS topic is `<name>EventTopic.fifo`. SNS: 256 letters, digits, `-` or `_`, the suffix included.
const TOPIC_NAME = /^[A-Za-z0-9_-]{1,241}$/;

/** What a topic name must be, for messages. */
export const TOPIC_NAME_RULE = '1 to 241 letters, digits, "-" or "_", as in "Customer"';

/** Whether an EventTopic can have this name. */
export function isTopicName(name: unknown): name is string {
  return typeof name === 'string' && TOPIC_NAME.test(name);
}
