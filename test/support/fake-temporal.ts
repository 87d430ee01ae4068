import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { EventTopicOptions } from '../../src/client/options.ts';
import type { PublisherInput, PublishRequest } from '../../src/common/protocol/publish.ts';
import { msgIdsOf } from './messages.ts';

/** One call of `signalWithStart`, as Temporal's client gets it. */
export interface SentSignal {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly args: readonly [PublisherInput];
  readonly signal: string;
  readonly signalArgs: readonly [PublishRequest];
  readonly staticSummary?: string;
}

/** The part of a workflow's description by which EventTopic knows how long its history is. */
export interface RunDescription {
  readonly status: { readonly name: string };
  readonly historyLength: number;
  readonly historySize?: number;
}

type SignalOptions = Omit<SentSignal, 'workflowType'>;

/** The part of Temporal's client by which EventTopic publishes: keeps what it gets, and answers as told. */
export class FakeTemporal {
  readonly sent: SentSignal[] = [];
  /** What Temporal does with a signal. Default: accepts it at once. */
  answer: (signal: SentSignal) => Promise<void> = async () => undefined;
  /** What Temporal says of the run of a publisher. Default: an open one with a short history. */
  describe: (workflowId: string) => Promise<RunDescription> = async () => ({
    status: { name: 'RUNNING' },
    historyLength: 10,
    historySize: 1_000,
  });

  get client(): EventTopicOptions['client'] {
    const signalWithStart = async (workflowType: string, options: SignalOptions): Promise<void> => {
      const signal = { workflowType, ...options };
      this.sent.push(signal);
      await this.answer(signal);
    };
    const getHandle = (workflowId: string): { describe(): Promise<RunDescription> } => ({
      describe: () =>
        workflowId.startsWith('event-topic-layout/') ? noWorkflow(workflowId) : this.describe(workflowId),
    });
    const client = {
      workflow: { signalWithStart, getHandle },
      connection: { options: { address: 'temporal:7233' } },
    };
    return client as unknown as Client;
  }

  /** msgIds of each signal so far. */
  get sentMsgIds(): readonly (readonly string[])[] {
    return this.sent.map(({ signalArgs: [{ entries }] }) => msgIdsOf(entries));
  }
}

/** The topic has no partitions. */
async function noWorkflow(workflowId: string): Promise<never> {
  throw new WorkflowNotFoundError('workflow not found', workflowId, undefined);
}
