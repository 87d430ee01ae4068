/** A message as it came off the queue, whoever read it: SQS by polling, or Lambda. */
export interface QueuedMessage {
  /** SQS's own id of the message. */
  readonly messageId: string;
  readonly body: string;
  /** Values of the message's attributes, as texts. */
  readonly attributes: Readonly<Record<string, string>>;
  /** SQS's MessageGroupId: messages of one group are handled one after the other. */
  readonly group: string;
  /** When SQS got it: milliseconds since 1970. Absent when it was not asked for. */
  readonly sentAt?: number;
}

/** From SQS's attribute `SentTimestamp`. */
export function sentAtOf(sentTimestamp: string | undefined): Pick<QueuedMessage, 'sentAt'> {
  const sentAt = Number(sentTimestamp);
  return sentTimestamp !== undefined && Number.isFinite(sentAt) ? { sentAt } : {};
}
