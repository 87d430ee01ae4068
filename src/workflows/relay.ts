import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT_MS,
  RELAY_PASS_MS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
  START_TO_CLOSE_MS,
} from '../common/defaults.ts';
import {
  FAILURE_TYPES,
  OPEN_RELAY_ACTIVITY,
  RELAY_EVENTS_ACTIVITY,
  RELAY_OPENED_UPDATE,
  RELAY_STATUS_QUERY,
  RELAY_STOP_SIGNAL,
} from '../common/names.ts';
import type {
  OpenRelayInput,
  OpenRelayResult,
  RelayEventsInput,
  RelayInput,
  RelayProgress,
  RelayReport,
} from '../common/protocol/relay.ts';
import { activityNamed } from './activity-named.ts';
import { describeRelay } from './state/relay/describe-relay.ts';
import { Relay, type RelayStep } from './state/relay/relay.ts';

const openedUpdate = defineUpdate<RelayReport>(RELAY_OPENED_UPDATE);
const stopSignal = defineSignal(RELAY_STOP_SIGNAL);
const statusQuery = defineQuery<RelayReport | undefined>(RELAY_STATUS_QUERY);

/**
 * A relay: publishes what an EventLog holds for one topic, by activities that read it, and remembers how far it came. It runs until it is
 * stopped; then it ends with its report. Requests to cancel it stop it too.
 */
export async function eventTopicRelay(input: RelayInput): Promise<RelayReport | undefined> {
  return await new RelayRun(input).run();
}

class RelayRun {
  readonly #topic: string;
  readonly #relay: Relay;
  #isStopping = false;
  /** Why it could not begin. */
  #refusal: ApplicationFailure | undefined;
  /** Of the activity that runs. */
  #scope: CancellationScope | undefined;

  // Handlers are set before anything is awaited: the update that started the run is already there.
  constructor(input: RelayInput) {
    this.#topic = input.topic;
    this.#relay = new Relay(input);
    setHandler(statusQuery, () => this.#relay.report(), { description: 'How far the relay has come.' });
    setHandler(stopSignal, () => this.#stop());
    setHandler(openedUpdate, () => this.#opened(), { description: 'Answers when the relay has begun.' });
  }

  async run(): Promise<RelayReport | undefined> {
    CancellationScope.current().cancelRequested.catch(() => this.#stop());
    return await CancellationScope.nonCancellable(async () => {
      while (!this.#isStopping && this.#refusal === undefined) {
        await this.#do(this.#relay.next(Date.now(), workflowInfo().continueAsNewSuggested));
        setCurrentDetails(describeRelay(this.#relay.report()));
      }
      await condition(allHandlersFinished);
      if (this.#refusal) throw this.#refusal;
      return this.#relay.report();
    });
  }

  async #do(step: RelayStep): Promise<void> {
    switch (step.step) {
      case 'open':
        return this.#open({ topic: this.#topic, from: step.from });
      case 'pass':
        return this.#pass(step.input);
      case 'wait':
        await condition(() => this.#isStopping, step.ms);
        return;
      case 'continueAsNew':
        await condition(allHandlersFinished);
        if (!this.#isStopping) await continueAsNew<typeof eventTopicRelay>(step.input);
    }
  }

  async #open(input: OpenRelayInput): Promise<void> {
    try {
      this.#relay.opened(await openActivity(input));
    } catch (error) {
      this.#refusal = ApplicationFailure.nonRetryable(reasonOf(error), FAILURE_TYPES.refused);
    }
  }

  async #pass(input: RelayEventsInput): Promise<void> {
    this.#scope = new CancellationScope();
    try {
      this.#relay.passed(await this.#scope.run(() => relayActivity(input)), Date.now());
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  #stop(): void {
    this.#isStopping = true;
    this.#scope?.cancel();
  }

  async #opened(): Promise<RelayReport> {
    await condition(() => this.#relay.isOpen || this.#refusal !== undefined || this.#isStopping);
    const report = this.#relay.report();
    if (report) return report;
    throw this.#refusal ?? ApplicationFailure.nonRetryable('The relay was stopped', FAILURE_TYPES.refused);
  }
}

/** Asked for a while only: whoever starts a relay waits for the answer. */
function openActivity(input: OpenRelayInput): Promise<OpenRelayResult> {
  const open = activityNamed<OpenRelayInput, OpenRelayResult>(OPEN_RELAY_ACTIVITY, {
    startToCloseTimeout: START_TO_CLOSE_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: { initialInterval: RETRY_FIRST_DELAY_MS, maximumAttempts: 3 },
    summary: 'find out where to begin',
  });
  return open(input);
}

function relayActivity(input: RelayEventsInput): Promise<RelayProgress> {
  const relay = activityNamed<RelayEventsInput, RelayProgress>(RELAY_EVENTS_ACTIVITY, {
    // Its time, and a page that takes long because Temporal or the EventLog does.
    startToCloseTimeout: 2 * RELAY_PASS_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: {
      initialInterval: RETRY_FIRST_DELAY_MS,
      backoffCoefficient: 2,
      maximumInterval: RETRY_MAX_DELAY_MS / 2,
    },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary: input.mode === 'tail' ? 'publish what is stored' : 'publish what was not handed over',
  });
  return relay(input);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
