/** What a publisher's queue is, as simply as it can be said: everything accepted, and how much of it is published. */
export class QueueModel {
  /** msgIds in the order of acceptance. */
  readonly accepted: string[] = [];
  readonly known = new Set<string>();
  published = 0;
  duplicates = 0;
  parkedAt: string | undefined;
  /** The batch that is under way. */
  taken: readonly string[] | undefined;

  get waiting(): readonly string[] {
    return this.accepted.slice(this.published);
  }

  /** An event waits, and nothing forbids to publish it. */
  get mayTake(): boolean {
    return this.taken === undefined && this.parkedAt === undefined && this.waiting.length > 0;
  }

  accept(msgId: string): void {
    if (this.known.has(msgId)) this.duplicates += 1;
    else this.accepted.push(msgId);
    this.known.add(msgId);
  }
}
