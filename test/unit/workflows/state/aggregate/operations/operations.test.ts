import { describe, expect, it } from 'vitest';
import type { OperationName } from '../../../../../../src/common/protocol/operate.ts';
import { customerEntry, msgIdsOf } from '../../../../../support/messages.ts';
import { corrected, done, NOW, refusal, requestOf, restarted, STATES, type State } from './operated.ts';

const NOT_PARKED = 'No event of this aggregate is parked';
const CONFLICT = (does: string): string => `${does}: skip the second one`;

/** Why an operation is refused in a state; those that are not here apply. */
const REFUSALS: Readonly<Record<OperationName, Partial<Record<State, string>>>> = {
  retry: {
    idle: NOT_PARKED,
    publishing: NOT_PARKED,
    paused: NOT_PARKED,
    conflict: CONFLICT('Trying again does not cure a position that came twice'),
  },
  skip: { idle: NOT_PARKED, publishing: NOT_PARKED, paused: NOT_PARKED },
  replace: {
    idle: NOT_PARKED,
    publishing: NOT_PARKED,
    paused: NOT_PARKED,
    gap: 'There is no event to replace: publish the missing ones, or skip them',
    conflict: CONFLICT('A position that came twice cannot be replaced'),
  },
  pause: { paused: 'The aggregate is paused already, by ada' },
  resume: Object.fromEntries(
    ['idle', 'publishing', 'refused', 'gap', 'conflict'].map((state) => [
      state,
      'The aggregate is not paused',
    ]),
  ),
};

const OPERATIONS = Object.keys(REFUSALS) as OperationName[];
const cases = OPERATIONS.flatMap((operation) =>
  (Object.keys(STATES) as State[]).map((state) => ({ operation, state, text: REFUSALS[operation][state] })),
);

describe.each(cases)('$operation, when the aggregate is: $state', ({ operation, state, text }) => {
  it(text === undefined ? 'applies, and is recorded' : `is refused: ${text}`, () => {
    const queue = STATES[state]();
    const fields = operation === 'replace' ? { replacement: corrected } : {};
    expect(refusal(queue, operation, fields)).toBe(text);
    if (text !== undefined) return;

    done(queue, operation, fields);
    expect(queue.halt.operations).toEqual([
      ...(state === 'paused' ? [expect.anything()] : []),
      expect.objectContaining({ operation, actor: 'ada', reason: 'a test', at: '2026-01-31T12:00:00.000Z' }),
    ]);
  });
});

describe('what an operation does', () => {
  it('retry: the refused event is next again, with the same msgId', () => {
    expect(msgIdsOf(done(STATES.refused(), 'retry').take(NOW))).toEqual(['m-1', 'm-2']);
  });

  it('skip: the refused event is gone, and is not taken in again', () => {
    const queue = done(STATES.refused(), 'skip');
    queue.accept([customerEntry(1, { position: 1 })], NOW);

    expect(msgIdsOf(queue.take(NOW))).toEqual(['m-2']);
  });

  it('replace: the new content is next, and what waited behind follows', () => {
    const taken = done(STATES.refused(), 'replace', { replacement: corrected }).take(NOW);

    expect(taken[0]).toEqual(corrected);
    expect(msgIdsOf(taken)).toEqual(['m-1', 'm-2']);
  });

  it('pause and resume: nothing leaves, and then everything', () => {
    const queue = STATES.paused();
    expect(queue.isReady).toBe(false);
    expect(queue.status()).toMatchObject({
      state: 'paused',
      paused: { actor: 'ada', reason: 'a test', since: '2026-01-31T12:00:00.000Z' },
    });

    expect(done(queue, 'resume').isReady).toBe(true);
  });

  it('pause: what is under way is settled, and nothing follows it', () => {
    const queue = done(STATES.publishing(), 'pause');
    queue.settle({ receipts: [{ msgId: 'm-1', snsMessageId: 'sns' }] }, NOW);

    expect(queue.isReady).toBe(false);
    expect(queue.status()).toMatchObject({ state: 'paused', published: 1, pending: 1 });
  });

  it('a paused aggregate that is parked as well can be cured, and stays paused', () => {
    const queue = done(done(STATES.refused(), 'pause'), 'retry');

    expect(queue.status().state).toBe('paused');
    expect(queue.isReady).toBe(false);
    expect(done(queue, 'resume').isReady).toBe(true);
  });
});

describe('the event that is meant', () => {
  it.each(['retry', 'skip', 'replace'] as const)('%s is refused while another one is parked', (operation) => {
    const fields = { msgId: 'm-9', replacement: corrected };

    expect(refusal(STATES.refused(), operation, fields)).toBe(
      'The aggregate is parked at another event, m-1',
    );
    expect(refusal(STATES.refused(), operation, { ...fields, msgId: 'm-1' })).toBeUndefined();
  });

  it('is recorded', () => {
    expect(done(STATES.refused(), 'skip').halt.operations).toMatchObject([{ msgId: 'm-1' }]);
  });

  it('is none at a gap: the one that waits behind it is not what is skipped', () => {
    const queue = STATES.gap();
    expect(refusal(queue, 'skip', { msgId: 'm-3' })).toBeUndefined();

    expect(done(queue, 'skip').halt.operations[0]).not.toHaveProperty('msgId');
  });
});

describe('a replacement', () => {
  it.each([
    ['id', customerEntry(1, { id: 'C-2', position: 1 })],
    ['msgId', customerEntry(2, { position: 1 })],
    ['position', customerEntry(1, { position: 2 })],
    ['position', customerEntry(1)],
  ])('is refused when it has another %s', (_field, replacement) => {
    expect(refusal(STATES.refused(), 'replace', { replacement })).toBe(
      'The new content has another id, msgId or position than the parked event',
    );
  });

  it('is refused when there is none', () => {
    expect(refusal(STATES.refused(), 'replace')).toBe('There is no content to publish instead');
  });

  it('is known from then on: the original is a conflict when it comes again, the replacement a duplicate', () => {
    const queue = done(STATES.refused(), 'replace', { replacement: corrected });

    expect(queue.accept([corrected], NOW)).toEqual([]);
    expect(queue.status()).toMatchObject({ duplicates: 1, conflicts: 0 });
    expect(queue.accept([customerEntry(1, { position: 1 })], NOW)).toEqual(['m-1']);
    expect(queue.status()).toMatchObject({ state: 'publishing', duplicates: 2, conflicts: 1 });
    expect(queue.take(NOW)[0]).toEqual(corrected);
  });
});

describe('an operation with an id', () => {
  const fields = { operationId: 'op-1' };

  it.each(['skip', 'retry', 'pause'] as const)('%s is done once, also over a restart', (operation) => {
    const queue = restarted(done(STATES.refused(), operation, fields));
    const before = queue.snapshot();
    expect(refusal(queue, operation, fields)).toBeUndefined();

    expect(done(queue, operation, fields).snapshot()).toEqual(before);
  });

  it('is another one when it has another id', () => {
    const queue = done(STATES.refused(), 'skip', fields);

    expect(refusal(queue, 'skip', { operationId: 'op-2' })).toBe(NOT_PARKED);
  });

  it('is done again when it has none', () => {
    expect(refusal(done(STATES.refused(), 'skip'), 'skip')).toBe(NOT_PARKED);
  });

  it('is forgotten after ten others', () => {
    const queue = done(STATES.idle(), 'pause', fields);
    for (let times = 0; times < 5; times += 1) done(done(queue, 'resume'), 'pause');

    expect(queue.halt.operations).toHaveLength(10);
    expect(refusal(queue, 'pause', fields)).toBe('The aggregate is paused already, by ada');
  });
});

it('what an operator says is kept as far as a thousand characters', () => {
  const { actor, reason } = requestOf({ actor: 'a'.repeat(5_000), reason: 'r'.repeat(5_000) });
  const { paused, operations } = done(STATES.idle(), 'pause', { actor, reason }).halt;

  expect(paused).toMatchObject({ actor: 'a'.repeat(1_000), reason: 'r'.repeat(1_000) });
  expect(operations).toMatchObject([{ actor: 'a'.repeat(1_000), reason: 'r'.repeat(1_000) }]);
});
