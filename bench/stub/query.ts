// SNS's wire format as the AWS SDK speaks it: form-encoded requests, XML answers.

/** One message of a Publish or PublishBatch request. */
export interface Entry {
  /** Id within its batch; of a Publish: empty. */
  readonly entryId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  /** The message's body. */
  readonly body: string;
}

export interface PublishQuery {
  readonly action: 'Publish' | 'PublishBatch' | 'GetTopicAttributes';
  readonly topicArn: string;
  readonly entries: readonly Entry[];
}

/** What SNS says of a message that it has taken. */
export interface Taken {
  readonly entryId: string;
  readonly messageId: string;
  readonly sequenceNumber: string;
}

const MEMBER = 'PublishBatchRequestEntries.member.';

/** Throws for any other action. */
export function parseQuery(body: string): PublishQuery {
  const fields = new URLSearchParams(body);
  const action = fields.get('Action');
  const topicArn = fields.get('TopicArn') ?? '';
  if (action === 'GetTopicAttributes') return { action, topicArn, entries: [] };
  if (action === 'Publish') return { action, topicArn, entries: [toEntry(fields, '')] };
  if (action !== 'PublishBatch') throw new Error(`The stub knows no ${action}`);
  const entries: Entry[] = [];
  for (let number = 1; fields.has(`${MEMBER}${number}.Id`); number += 1) {
    entries.push(toEntry(fields, `${MEMBER}${number}.`));
  }
  return { action, topicArn, entries };
}

function toEntry(fields: URLSearchParams, prefix: string): Entry {
  const field = (name: string): string => fields.get(`${prefix}${name}`) ?? '';
  return {
    entryId: field('Id'),
    groupId: field('MessageGroupId'),
    deduplicationId: field('MessageDeduplicationId'),
    body: field('Message'),
  };
}

const NAMESPACE = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

export function answerXml(action: PublishQuery['action'], taken: readonly Taken[]): string {
  const fields = taken.map(
    ({ entryId, messageId, sequenceNumber }) =>
      `${entryId && `<Id>${entryId}</Id>`}<MessageId>${messageId}</MessageId><SequenceNumber>${sequenceNumber}</SequenceNumber>`,
  );
  const result =
    action === 'Publish'
      ? fields.join('')
      : `<Successful>${fields.map((one) => `<member>${one}</member>`).join('')}</Successful><Failed/>`;
  return `<${action}Response ${NAMESPACE}><${action}Result>${result}</${action}Result>
<ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></${action}Response>`;
}

/** That there is such a topic. */
export function topicXml(topicArn: string): string {
  return `<GetTopicAttributesResponse ${NAMESPACE}><GetTopicAttributesResult><Attributes>
<entry><key>TopicArn</key><value>${topicArn}</value></entry><entry><key>FifoTopic</key><value>true</value></entry>
</Attributes></GetTopicAttributesResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></GetTopicAttributesResponse>`;
}

export function errorXml(code: string): string {
  return `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>Refused by the stub</Message></Error>
<RequestId>bench</RequestId></ErrorResponse>`;
}
