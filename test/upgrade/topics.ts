/** What kinds of publishers there are: their workflows do different things. */
export const TOPICS = {
  Customer: {},
  Order: { ordering: 'position' },
  Account: { partitions: 2 },
} as const;

/** An aggregate, and the number of its next event. */
export interface Stream {
  readonly topic: keyof typeof TOPICS;
  readonly id: string;
  next: number;
}
