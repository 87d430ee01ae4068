/** Of every command that talks to Temporal. */
export const connectionOptions = {
  profile: {
    type: 'string',
    describe: "Profile of Temporal's configuration file. Default: TEMPORAL_PROFILE, or default",
    group: 'Temporal:',
  },
  address: {
    type: 'string',
    describe: 'Host and port. Default: of the profile or TEMPORAL_ADDRESS, or localhost:7233',
    group: 'Temporal:',
  },
  namespace: {
    type: 'string',
    describe: 'Namespace. Default: of the profile or TEMPORAL_NAMESPACE, or default',
    group: 'Temporal:',
  },
  'task-queue': {
    type: 'string',
    describe: 'Task queue of the workers. Default: EVENT_TOPIC_TASK_QUEUE, or event-topic',
    group: 'Temporal:',
  },
  'data-converter': {
    type: 'string',
    describe: 'Module that exports `dataConverter`, .js or .ts, where payloads are encrypted. Default: none',
    group: 'Temporal:',
  },
} as const;

export interface ConnectionArgs {
  readonly profile?: string | undefined;
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
  readonly taskQueue?: string | undefined;
  readonly dataConverter?: string | undefined;
}
