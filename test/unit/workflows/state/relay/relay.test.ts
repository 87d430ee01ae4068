import { describe, expect, it } from 'vitest';
import { MAX_PASSES_PER_RUN } from '../../../../../src/common/defaults.ts';
import type {
  RelayEventsInput,
  RelayInput,
  RelayProgress,
} from '../../../../../src/common/protocol/relay.ts';
import { describeRelay } from '../../../../../src/workflows/state/relay/describe-relay.ts';
import { Relay } from '../../../../../src/workflows/state/relay/relay.ts';

const settings = { everyMs: 1_000, graceMs: 0, lookBackMs: 3_000, pageEvents: 10, maxPending: 100 };
const target = { ordering: 'position', taskQueue: 'q' } as const;
const input: RelayInput = { topic: 'Customer', mode: 'sweep', from: 'beginning', target, settings };
const NOW = 1_000_000;

function progress(fields: Partial<RelayProgress> = {}): RelayProgress {
  return { read: 0, published: 0, healed: 0, refused: 0, lag: { seconds: 0 }, isMore: false, ...fields };
}

function opened(fields: Partial<RelayInput> = {}, checkpoint?: string): Relay {
  const relay = new Relay({ ...input, ...fields });
  relay.opened({ eventLog: 'memory', ...(checkpoint ? { checkpoint } : {}) });
  return relay;
}

function passOf(relay: Relay, now: number): RelayEventsInput {
  const step = relay.next(now, false);
  if (step.step !== 'pass') throw new Error(`It wants to ${step.step}`);
  return step.input;
}

describe('a relay', () => {
  it('finds out first where it begins', () => {
    const relay = new Relay(input);
    expect(relay.next(NOW, false)).toEqual({ step: 'open', from: 'beginning' });
    expect(relay.report()).toBeUndefined();
    expect(describeRelay(relay.report())).toBe('Finding out where to begin.');
    relay.opened({ eventLog: 'memory', checkpoint: 'c1' });
    expect(passOf(relay, NOW)).toEqual({ topic: 'Customer', mode: 'sweep', settings, target, after: 'c1' });
  });

  it('adds up what it has done, and says so', () => {
    const relay = opened();
    relay.passed(progress({ checkpoint: 'c2', read: 2, healed: 1, refused: 1 }), NOW);
    relay.passed(progress({ checkpoint: 'c5', read: 3 }), NOW + 1_000);
    expect(relay.report()).toMatchObject({
      checkpoint: 'c5',
      totals: { read: 5, published: 0, healed: 1, refused: 1 },
      lastPass: { at: new Date(NOW + 1_000).toISOString(), read: 3 },
    });
    expect(describeRelay(relay.report())).toContain('5 events read, 1 healed, 1 refused');
  });

  it('sweeps again after its time, and a tail at once', () => {
    const sweep = opened();
    sweep.passed(progress(), NOW);
    expect(sweep.next(NOW + 400, false)).toEqual({ step: 'wait', ms: 600 });
    expect(sweep.next(NOW + 1_000, false).step).toBe('pass');
    const tail = opened({ mode: 'tail' });
    tail.passed(progress(), NOW);
    expect(tail.next(NOW, false).step).toBe('pass');
  });

  it('looks back behind where it stood, and never says that it stands further back', () => {
    const relay = opened();
    for (let look = 0; look < 6; look += 1) {
      relay.passed(progress({ checkpoint: `c${look}` }), NOW + look * 1_000);
    }
    // It stood at c3 three seconds before.
    expect(passOf(relay, NOW + 6_000).after).toBe('c3');
    relay.passed(progress({ checkpoint: 'c4' }), NOW + 6_000);
    expect(relay.report()?.checkpoint).toBe('c5');
    const tail = opened({ mode: 'tail' }, 'c1');
    tail.passed(progress({ checkpoint: 'c9' }), NOW);
    expect(passOf(tail, NOW).after).toBe('c9');
  });

  it('goes on at once where a look ended before it was through, however far that looks back', () => {
    const relay = opened({}, 'c8');
    relay.passed(progress({ checkpoint: 'c3', isMore: true }), NOW);
    expect(passOf(relay, NOW).after).toBe('c3');
    expect(relay.report()?.checkpoint).toBe('c8');
  });

  it('tells the next activity what this one could not clear up', () => {
    const heldBy = { workflowId: 'w', id: 'a' };
    const relay = opened();
    expect(passOf(relay, NOW)).not.toHaveProperty('isUncertain');
    relay.passed(progress({ isMore: true, isUncertain: true, heldBy }), NOW);
    expect(passOf(relay, NOW)).toMatchObject({ isUncertain: true, heldBy });
    relay.passed(progress({ isMore: true }), NOW);
    expect(passOf(relay, NOW)).not.toMatchObject({ isUncertain: true });
  });

  it('hands everything on to its next run', () => {
    const relay = opened({}, 'c0');
    for (let pass = 0; pass < MAX_PASSES_PER_RUN; pass += 1) {
      relay.passed(progress({ checkpoint: `c${pass}`, read: 1, isUncertain: true }), NOW + pass * 1_000);
    }
    const step = relay.next(NOW, false);
    if (step.step !== 'continueAsNew') throw new Error(step.step);
    expect(step.input).not.toHaveProperty('from');
    const next = new Relay(JSON.parse(JSON.stringify(step.input)) as RelayInput);
    expect(next.report()).toEqual(relay.report());
    expect(passOf(next, NOW + 100_000)).toMatchObject({ isUncertain: true });
    expect(opened().next(NOW, true).step).toBe('continueAsNew');
  });

  it('that goes on where another one ended asks whether it can, and keeps its totals', () => {
    const state = {
      totals: { read: 7, published: 7, healed: 0, refused: 0 },
      eventLog: 'memory',
      checkpoint: 'c7',
    };
    const relay = new Relay({ ...input, from: { checkpoint: 'c7' }, state, isResumed: true });
    expect(relay.next(NOW, false)).toEqual({ step: 'open', from: { checkpoint: 'c7' } });
    relay.opened({ eventLog: 'memory', checkpoint: 'c7' });
    expect(relay.report()?.totals.read).toBe(7);
    expect(passOf(relay, NOW)).toMatchObject({ after: 'c7', isUncertain: true });
  });
});
