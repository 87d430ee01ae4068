// SNS's wire format, as far as PublishBatch needs it: form-encoded requests, XML answers.

/** One entry of a PublishBatch request. */
export interface QueryEntry {
  readonly entryId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  /** The message. */
  readonly body: string;
  /** All of its fields, without the prefix that numbers the entry. */
  readonly fields: readonly Field[];
}

export interface PublishBatchQuery {
  readonly topicArn: string;
  /** Fields that belong to no entry. */
  readonly fields: readonly Field[];
  readonly entries: readonly QueryEntry[];
}

type Field = readonly [name: string, value: string];

const ENTRY_FIELD = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/;

/** Throws for any other request. */
export function parsePublishBatch(body: string): PublishBatchQuery {
  const fields: Field[] = [];
  const entries = new Map<string, Field[]>();
  for (const [name, value] of new URLSearchParams(body)) {
    const [, number = '', entryField = ''] = ENTRY_FIELD.exec(name) ?? [];
    const entry = entries.get(number) ?? [];
    if (number === '') fields.push([name, value]);
    else entries.set(number, [...entry, [entryField, value]]);
  }
  const byName = new Map(fields);
  if (byName.get('Action') !== 'PublishBatch') throw new Error(`Not a PublishBatch: ${body}`);
  return {
    topicArn: byName.get('TopicArn') ?? '',
    fields,
    entries: [...entries.values()].map(toEntry),
  };
}

/** The request with these entries only. */
export function encodePublishBatch({ fields }: PublishBatchQuery, entries: readonly QueryEntry[]): string {
  const numbered = entries.flatMap((entry, index) =>
    entry.fields.map(([name, value]): [string, string] => [
      `PublishBatchRequestEntries.member.${index + 1}.${name}`,
      value,
    ]),
  );
  return new URLSearchParams([
    ...fields.map(([name, value]): [string, string] => [name, value]),
    ...numbered,
  ]).toString();
}

/** What SNS answers to a request that it refuses as a whole. */
export function errorXml(code: string): string {
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>Injected by the fault run</Message></Error><RequestId>fault</RequestId></ErrorResponse>`;
}

/** Entry ids and codes of the entries that SNS refuses while it takes the others. */
export type FailedEntries = ReadonlyMap<string, string>;

/** The answer to a PublishBatch with more entries in its `Failed` list. */
export function withFailed(answer: string, failed: FailedEntries): string {
  const members = [...failed].map(
    ([entryId, code]) =>
      `<member><Id>${entryId}</Id><Code>${code}</Code><Message>Injected</Message><SenderFault>false</SenderFault></member>`,
  );
  return answer.replace(/<Failed\/>|<Failed><\/Failed>/, `<Failed>${members.join('')}</Failed>`);
}

/** The answer to a PublishBatch none of whose entries was taken. */
export const NOTHING_TAKEN = `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>
<Successful></Successful><Failed></Failed></PublishBatchResult><ResponseMetadata><RequestId>fault</RequestId></ResponseMetadata>
</PublishBatchResponse>`;

const TAKEN = /<Id>([^<]*)<\/Id><MessageId>([^<]*)<\/MessageId>/g;

/** SNS's ids of the entries that the answer to a PublishBatch says are taken, by entry id. */
export function takenIn(answer: string): ReadonlyMap<string, string> {
  const successful = /<Successful>(.*?)<\/Successful>/s.exec(answer)?.[1] ?? '';
  return new Map(
    [...successful.matchAll(TAKEN)].map(([, entryId = '', messageId = '']) => [entryId, messageId]),
  );
}

function toEntry(fields: readonly Field[]): QueryEntry {
  const byName = new Map(fields);
  return {
    entryId: byName.get('Id') ?? '',
    groupId: byName.get('MessageGroupId') ?? '',
    deduplicationId: byName.get('MessageDeduplicationId') ?? '',
    body: byName.get('Message') ?? '',
    fields,
  };
}
