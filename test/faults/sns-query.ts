// SNS's wire format, as far as PublishBatch needs it: form-encoded requests, XML answers.

/** One entry of a PublishBatch request. */
export interface QueryEntry {
  readonly entryId: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  /** All of its fields, without the prefix that numbers the entry. */
  readonly fields: readonly Field[];
}

export interface PublishBatchQuery {
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
  if (new Map(fields).get('Action') !== 'PublishBatch') throw new Error(`Not a PublishBatch: ${body}`);
  return { fields, entries: [...entries.values()].map(toEntry) };
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

/** How many entries the answer to a PublishBatch says are taken. */
export function countTaken(answer: string): number {
  const successful = /<Successful>(.*?)<\/Successful>/s.exec(answer)?.[1] ?? '';
  return successful.split('<MessageId>').length - 1;
}

function toEntry(fields: readonly Field[]): QueryEntry {
  const byName = new Map(fields);
  return {
    entryId: byName.get('Id') ?? '',
    groupId: byName.get('MessageGroupId') ?? '',
    deduplicationId: byName.get('MessageDeduplicationId') ?? '',
    fields,
  };
}
