import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IncidentLog } from '../../../src/activities/incident-log.ts';
import { INCIDENT_QUIET_MS } from '../../../src/common/defaults.ts';
import type { AggregateOutcome, PublishFailure } from '../../../src/common/protocol/activities.ts';
import { LoggedActivityEnvironment, type LogLine } from '../../support/captured-log.ts';
import { forbidden, refused, throttled } from '../../support/scripted-publisher.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');

const acknowledged: AggregateOutcome = { receipts: [{ msgId: 'm-1', snsMessageId: 'sns-m-1' }] };
const failed = (failure: PublishFailure): AggregateOutcome => ({ receipts: [], failure });

const refusesForNow = 'The topic does not take events for now; they are tried again';
const refusesUntilCorrected = 'The topic refuses events until somebody corrects the cause';
const takesAgain = 'The topic takes events again';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The log of one topic, in an activity. */
class Topic {
  readonly #env = new LoggedActivityEnvironment();
  readonly #incidents: IncidentLog;

  constructor(name = 'Customer') {
    this.#incidents = new IncidentLog(name);
  }

  /** Lines that these results of activities add, one after the other. */
  async lines(...outcomes: readonly AggregateOutcome[]): Promise<readonly LogLine[]> {
    const before = this.#env.lines.length;
    for (const outcome of outcomes) await this.observe([outcome]);
    return this.#env.lines.slice(before);
  }

  /** Lines when it takes events from now on, told after it has done so for a while. */
  async recovers(): Promise<readonly LogLine[]> {
    const first = await this.lines(acknowledged);
    vi.setSystemTime(Date.now() + INCIDENT_QUIET_MS);
    return [...first, ...(await this.lines(acknowledged))];
  }

  /** Lines that one activity with several aggregates adds. */
  async observe(outcomes: readonly AggregateOutcome[]): Promise<readonly LogLine[]> {
    const before = this.#env.lines.length;
    await this.#env.environment.run(async () => this.#incidents.observe(outcomes));
    return this.#env.lines.slice(before);
  }
}

describe('a topic that stops taking events', () => {
  it('is one line with what SNS said', async () => {
    expect(await new Topic().lines(failed(throttled))).toEqual([
      {
        level: 'WARN',
        message: refusesForNow,
        facts: { topic: 'Customer', kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' },
      },
    ]);
  });

  it('is an error when somebody must correct the configuration', async () => {
    expect(await new Topic().lines(failed(forbidden))).toEqual([
      {
        level: 'ERROR',
        message: refusesUntilCorrected,
        facts: {
          topic: 'Customer',
          kind: 'configuration',
          code: 'AuthorizationError',
          reason: 'not allowed',
        },
      },
    ]);
  });

  it('is noticed also when the activity published something before', async () => {
    expect(await new Topic().lines({ ...acknowledged, failure: throttled })).toHaveLength(1);
  });

  it('is noticed also when other aggregates of the activity were published', async () => {
    expect(await new Topic().observe([acknowledged, failed(throttled)])).toMatchObject([
      { level: 'WARN', message: refusesForNow },
    ]);
  });

  it('is no further line while it lasts, however many activities fail', async () => {
    const topic = new Topic();
    await topic.lines(failed(throttled));

    expect(await topic.lines(...Array.from({ length: 1_000 }, () => failed(throttled)))).toEqual([]);
  });

  it('is one line when it takes them again: since when it did not, and how long', async () => {
    const topic = new Topic();
    await topic.lines(failed(throttled));
    vi.setSystemTime(START + 90_400);

    expect(await topic.recovers()).toEqual([
      {
        level: 'INFO',
        message: takesAgain,
        facts: { topic: 'Customer', since: '2026-01-31T12:00:00.000Z', seconds: 90 },
      },
    ]);
    expect(await topic.lines(acknowledged, acknowledged)).toEqual([]);
  });

  it('is told anew the next time, with the new time', async () => {
    const topic = new Topic();
    await topic.lines(failed(throttled));
    await topic.recovers();
    vi.setSystemTime(START + 60_000);

    expect(await topic.lines(failed(forbidden))).toMatchObject([{ level: 'ERROR' }]);
    vi.setSystemTime(START + 61_000);
    expect(await topic.recovers()).toMatchObject([
      { facts: { since: '2026-01-31T12:01:00.000Z', seconds: 1 } },
    ]);
  });

  it('is two lines when it fails and works by turns for a long time', async () => {
    const topic = new Topic();
    const byTurns = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? failed(throttled) : acknowledged));

    expect([...(await topic.lines(...byTurns)), ...(await topic.recovers())]).toMatchObject([
      { level: 'WARN', message: refusesForNow },
      { level: 'INFO', message: takesAgain },
    ]);
  });

  it('is a line more when from then on somebody must correct the configuration', async () => {
    const outcomes = [failed(throttled), failed(forbidden), failed(throttled), failed(throttled)];

    expect(await new Topic().lines(...outcomes)).toMatchObject([{ level: 'WARN' }, { level: 'ERROR' }]);
  });

  it('is told for each topic', async () => {
    const [customer, order] = [new Topic('Customer'), new Topic('Order')];
    await customer.lines(failed(throttled));

    expect(await order.lines(failed(throttled))).toMatchObject([{ facts: { topic: 'Order' } }]);
    expect(await customer.recovers()).toMatchObject([{ facts: { topic: 'Customer' } }]);
    expect(await order.lines(failed(throttled))).toEqual([]);
  });
});

describe('no line at all', () => {
  it('is written for topics that take events', async () => {
    expect(await new Topic().lines(acknowledged, acknowledged)).toEqual([]);
  });

  it('is written for an event that SNS refuses: its aggregate is parked, the topic is well', async () => {
    expect(await new Topic().lines(failed(refused), { ...acknowledged, failure: refused })).toEqual([]);
  });

  it('is written for an activity that ran out of time or had nothing to do', async () => {
    const topic = new Topic();
    expect(await topic.lines({ receipts: [] })).toEqual([]);
    await topic.lines(failed(throttled));

    expect(await topic.lines({ receipts: [] })).toEqual([]);
    expect(await topic.recovers()).toMatchObject([{ message: takesAgain }]);
  });

  it('is written for a refused event while the topic does not take events', async () => {
    const topic = new Topic();
    await topic.lines(failed(throttled));

    expect(await topic.lines(failed(refused))).toEqual([]);
    expect(await topic.recovers()).toMatchObject([{ message: takesAgain }]);
  });
});
