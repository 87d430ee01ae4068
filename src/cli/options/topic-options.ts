/** Name of a topic. */
export const topicPositional = {
  topic: { type: 'string', demandOption: true, describe: 'Name of the topic, as Customer' },
} as const;

/** Topic and aggregate. */
export const aggregatePositionals = {
  ...topicPositional,
  id: { type: 'string', demandOption: true, describe: 'Aggregate id' },
} as const;

/** Where the aggregates' publishers are: of every command about one topic. */
export const partitionsOption = {
  partitions: {
    type: 'number',
    describe: 'Number of partitions. Default: as Temporal has recorded it, else none',
    group: 'Topic:',
  },
} as const;

/** What decides what becomes of an event: of every command that sends some. */
export const definitionOptions = {
  spec: {
    type: 'string',
    describe:
      'Module that exports the topic, .js or .ts: its schema checks the events. Default: none, any JSON value is an event',
    group: 'Topic:',
  },
  ...partitionsOption,
  ordering: {
    type: 'string',
    choices: ['arrival', 'position'],
    describe: "What orders an aggregate's events. Default: as publishers in Temporal have it, else arrival",
    group: 'Topic:',
  },
  'max-message-bytes': {
    type: 'number',
    describe: "The SNS topic's MaximumMessageSize. Default: 262144",
    group: 'Topic:',
  },
} as const;

export interface TopicArgs {
  readonly topic: string;
  readonly spec?: string | undefined;
  readonly partitions?: number | undefined;
  readonly ordering?: 'arrival' | 'position' | undefined;
  readonly maxMessageBytes?: number | undefined;
}
