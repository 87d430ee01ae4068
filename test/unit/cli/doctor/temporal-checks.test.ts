import { describe, expect, it } from 'vitest';
import { type ClockFacts, checkClock } from '../../../../src/cli/doctor/checks/clock.ts';
import { checkNamespace } from '../../../../src/cli/doctor/checks/namespace.ts';
import { checkPublishers, type PublisherFacts } from '../../../../src/cli/doctor/checks/publishers.ts';
import { checkServer } from '../../../../src/cli/doctor/checks/server.ts';
import { checkTaskQueue, type Poller, type Pollers } from '../../../../src/cli/doctor/checks/task-queue.ts';
import type { Finding } from '../../../../src/cli/doctor/finding.ts';
import type { Read } from '../../../../src/cli/doctor/read.ts';

const unread = (code: string, reason = 'because'): { unread: { code: string; reason: string } } => ({
  unread: { code, reason },
});

/** Everything that is not ok says what to do, and what is ok does not. */
function expectSteps(findings: readonly Finding[]): void {
  for (const { level, next } of findings) expect(next === undefined).toBe(level === 'ok');
}

describe('the server', () => {
  const value = { version: '1.32.0', upsertMemo: true, supportsSchedules: true };
  it.each([
    ['answers', { value }, 'ok', 'Temporal 1.32.0 answers'],
    [
      'is Temporal Cloud, which has no version',
      { value: { ...value, version: '' } },
      'ok',
      'Temporal Cloud answers',
    ],
    ['is too old', { value: { ...value, upsertMemo: false } }, 'wrong', 'Temporal 1.32.0 lacks upsertMemo'],
    ['does not answer', unread('UNAVAILABLE'), 'wrong', 'Temporal does not answer: because'],
    [
      'takes too long',
      unread('TimedOut', 'no answer in 5 s'),
      'wrong',
      'Temporal does not answer: no answer in 5 s',
    ],
    ['refuses the key', unread('UNAUTHENTICATED'), 'wrong', 'Temporal refuses the caller: because'],
  ] as const)('%s', (_what, system, level, fact) => {
    const finding = checkServer({ address: 'localhost:7233', system });
    expect(finding).toMatchObject({ level, fact, subject: 'localhost:7233' });
    expectSteps([finding]);
  });
});

describe('the namespace', () => {
  it.each([
    [
      'is there',
      { value: { state: 'REGISTERED', retentionDays: 3 } },
      'ok',
      'Closed publishers are kept for 3 days',
    ],
    ['is going', { value: { state: 'DELETED', retentionDays: 3 } }, 'wrong', 'It is DELETED'],
    ['is not there', unread('NOT_FOUND'), 'wrong', 'There is no such namespace'],
    ['may not be described', unread('PERMISSION_DENIED'), 'warn', 'It cannot be described: because'],
    ['cannot be described', unread('TimedOut'), 'wrong', 'It cannot be described: because'],
  ] as const)('%s', (_what, description, level, fact) => {
    const finding = checkNamespace({ namespace: 'shop', description });
    expect(finding).toMatchObject({ level, subject: 'shop' });
    expect(finding.fact).toContain(fact);
    expectSteps([finding]);
  });
});

const now = Date.parse('2026-11-28T12:00:00Z');
const poller = (identity: string, version = 'v1', lastSeen = now - 30_000): Poller => ({
  identity,
  version,
  lastSeen,
});

describe('the task queue', () => {
  const a = poller('1@a');
  it.each<[string, Read<Pollers>, readonly string[], string]>([
    ['is served', { value: { workflow: [a], activity: [a] } }, ['ok'], 'Served by 1@a (v1)'],
    [
      'is served by nobody',
      { value: { workflow: [], activity: [] } },
      ['wrong'],
      'No worker serves it in the namespace shop',
    ],
    [
      'was served until three minutes ago',
      { value: { workflow: [poller('1@a', 'v1', now - 180_000)], activity: [] } },
      ['wrong'],
      'Until a few minutes ago there was 1@a',
    ],
    [
      'has workflows only',
      { value: { workflow: [a], activity: [] } },
      ['wrong'],
      'none takes its activities: nothing is published',
    ],
    [
      'has activities only',
      { value: { workflow: [], activity: [a] } },
      ['wrong'],
      'none takes its workflows',
    ],
    [
      'is rolled out',
      { value: { workflow: [a, poller('2@a', 'v2')], activity: [a] } },
      ['ok', 'warn'],
      'Its workers are of 2 versions: v1, v2',
    ],
    ['cannot be seen', unread('PERMISSION_DENIED'), ['warn'], 'Its workers cannot be seen: because'],
  ])('%s', (_what, pollers, levels, fact) => {
    const findings = checkTaskQueue({ taskQueue: 'event-topic', namespace: 'shop', pollers }, now);
    expect(findings.map(({ level }) => level)).toEqual(levels);
    expect(findings.map((finding) => finding.fact).join()).toContain(fact);
    expectSteps(findings);
  });

  it('lists five workers and counts the others', () => {
    const many = Array.from({ length: 8 }, (_, index) => poller(`${index}@a`));
    const [finding] = checkTaskQueue(
      { taskQueue: 'q', namespace: 'n', pollers: { value: { workflow: many, activity: many } } },
      now,
    );
    expect(finding?.fact).toMatch(/4@a \(v1\), 3 more$/);
  });
});

describe('the clock', () => {
  it.each<[string, Partial<ClockFacts>, readonly string[], string]>([
    ['agrees with both', { aws: now, temporal: now - 40_000 }, ['ok', 'ok'], ''],
    ['cannot be compared', {}, [], ''],
    ['is ahead of AWS', { aws: now - 60_000 }, ['warn'], '60 s ahead of AWS'],
    ['is behind AWS', { aws: now + 60_000 }, ['warn'], '60 s behind AWS'],
    ['is so far off that AWS refuses', { aws: now + 400_000 }, ['wrong'], '400 s behind AWS'],
    ["is behind Temporal's", { temporal: now + 10_000 }, ['warn'], 'at least 10 s behind Temporal'],
  ])('%s', (_what, facts, levels, fact) => {
    const findings = checkClock({ local: now, aws: undefined, temporal: undefined, ...facts });
    expect(findings.map(({ level }) => level)).toEqual(levels);
    expect(findings.map((finding) => finding.fact).join()).toContain(fact);
    expectSteps(findings);
  });
});

describe('publishers', () => {
  const healthy: PublisherFacts = {
    topic: 'Customer',
    parked: { value: [] },
    retrying: { value: { open: 3, seen: 3, reasons: [] } },
    paused: { value: [] },
    orphans: { value: { pages: 0, publishers: [] } },
  };
  const parkedAt = { id: 'c-1', msgId: 'm-1', code: 'InvalidParameter', since: '2026-11-28T11:00:00Z' };
  it.each<[string, Partial<PublisherFacts>, readonly string[], string]>([
    ['are well', {}, ['ok', 'ok'], '3 open, none has to try again'],
    [
      'are parked',
      { parked: { value: [parkedAt] } },
      ['wrong', 'ok'],
      '1 aggregate is parked; the first is c-1, at m-1',
    ],
    [
      'are paused',
      {
        paused: {
          value: [
            { id: 'c-2', actor: 'ada', reason: 'rebuilt', since: '2026-11-28T12:00:00Z' },
            { id: 'c-1', actor: 'bob', reason: 'looked at', since: '2026-11-28T11:00:00Z' },
          ],
        },
      },
      ['ok', 'warn', 'ok'],
      '2 aggregates are paused, of those looked at; the first is c-1, by bob since 2026-11-28T11:00:00Z: looked at',
    ],
    ['may be paused, and nobody answers', { paused: unread('TimedOut') }, ['ok', 'ok'], 'none has to'],
    [
      'try again',
      {
        retrying: { value: { open: 40, seen: 20, reasons: [{ reason: 'KMSAccessDenied', publishers: 12 }] } },
      },
      ['ok', 'wrong'],
      '12 of 40 open, 20 of them looked at try again and again: KMSAccessDenied',
    ],
    [
      'have pages',
      { orphans: { value: { pages: 2, publishers: [] } } },
      ['ok', 'ok', 'ok'],
      '2 hold a part of a large backlog',
    ],
    [
      'were terminated and have left pages',
      { orphans: { value: { pages: 2, publishers: ['event-topic/Customer/c-1'] } } },
      ['ok', 'ok', 'wrong'],
      'event-topic/Customer/c-1',
    ],
    [
      'cannot be listed',
      { parked: unread('PERMISSION_DENIED'), retrying: unread('TimedOut'), orphans: unread('TimedOut') },
      ['warn', 'warn', 'warn'],
      'because',
    ],
  ])('%s', (_what, facts, levels, fact) => {
    const findings = checkPublishers({ ...healthy, ...facts });
    expect(findings.map(({ level }) => level)).toEqual(levels);
    expect(findings.map((finding) => finding.fact).join()).toContain(fact);
    expectSteps(findings);
  });
});
