export function isQueueUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\/[^/\s]+\/\S+$/.test(value);
}

/** The name at the end of a queue's URL or ARN, as `Name.fifo`. */
export function queueNameIn(urlOrArn: string): string {
  return /[^/:]*$/.exec(urlOrArn)?.[0] ?? urlOrArn;
}

/** What a collector is called unless told otherwise: the name of its queue, without `.fifo`. */
export function collectorNameOf(urlOrArn: string): string {
  return queueNameIn(urlOrArn).replace(/\.fifo$/, '');
}
