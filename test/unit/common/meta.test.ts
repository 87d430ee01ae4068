import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageMetaSchema } from '../../../src/common/message-schema.ts';
import { createMeta, createMetaCausedBy } from '../../../src/common/meta.ts';
import { customerMeta } from '../../support/messages.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-31T12:00:00.123Z'), toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the meta of a message without a cause', () => {
  it('has a UUIDv7 as msgId and is correlated with itself', () => {
    const { msgId, correlationId } = createMeta({ service: 'crm' });

    expect(msgId).toMatch(UUID_V7);
    expect(correlationId).toBe(msgId);
  });

  it('has the current time in UTC, and no user or ip', () => {
    const { msgId, correlationId, ...rest } = createMeta({ service: 'crm' });

    expect(rest).toEqual({ service: 'crm', time: '2026-01-31T12:00:00.123Z', user: '', ip: '' });
  });

  it('has msgIds that are never the same and sort by their creation', () => {
    const ids = Array.from({ length: 1_000 }, () => createMeta({ service: 'crm' }).msgId);

    expect(new Set(ids).size).toBe(1_000);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('keeps a msgId that it is given, and is correlated with that', () => {
    const { msgId, correlationId } = createMeta({ service: 'crm', msgId: 'order-17' });

    expect(msgId).toBe('order-17');
    expect(correlationId).toBe('order-17');
  });

  it('keeps a correlationId that it is given', () => {
    const meta = createMeta({ service: 'crm', msgId: 'order-17', correlationId: 'order-1' });

    expect(meta).toMatchObject({ msgId: 'order-17', correlationId: 'order-1' });
  });

  it('has the default of whatever is given as undefined', () => {
    const nothing = { user: undefined, ip: undefined, time: undefined, traceparent: undefined };
    const ids = { msgId: undefined, correlationId: undefined };
    const { msgId, correlationId, ...rest } = createMeta({
      service: 'crm',
      ...(nothing as object),
      ...ids,
    });

    expect(msgId).toMatch(UUID_V7);
    expect(correlationId).toBe(msgId);
    expect(rest).toStrictEqual({ service: 'crm', time: '2026-01-31T12:00:00.123Z', user: '', ip: '' });
  });

  it('keeps what it is given', () => {
    const meta = createMeta({
      service: 'crm',
      user: 'ada',
      ip: '10.0.0.7',
      tenant: 'acme',
      schemaVersion: '2',
    });

    expect(meta).toMatchObject({ user: 'ada', ip: '10.0.0.7', tenant: 'acme', schemaVersion: '2' });
  });

  it('is accepted by publish', () => {
    expect(messageMetaSchema.safeParse(createMeta({ service: 'crm' })).success).toBe(true);
  });
});

describe('the meta of a caused message', () => {
  const cause = { meta: { ...customerMeta('cause-1'), traceparent: '00-1-2-01', correlationId: 'older' } };

  it('is correlated with its cause and carries on its user and trace', () => {
    const { msgId, ...rest } = createMetaCausedBy(cause, { service: 'shop' });

    expect(msgId).toMatch(UUID_V7);
    expect(rest).toEqual({
      service: 'shop',
      time: '2026-01-31T12:00:00.123Z',
      ip: '',
      user: 'ada',
      correlationId: 'cause-1',
      traceparent: '00-1-2-01',
    });
  });

  it('has no trace when the cause has none', () => {
    const meta = createMetaCausedBy({ meta: customerMeta('cause-1') }, { service: 'shop' });

    expect(meta).not.toHaveProperty('traceparent');
  });

  it('carries on user and trace also when they are given as undefined', () => {
    const nothing: object = { user: undefined, traceparent: undefined };
    const meta = createMetaCausedBy(cause, { service: 'shop', ...nothing });

    expect(meta).toMatchObject({ user: 'ada', traceparent: '00-1-2-01' });
  });

  it('may name another user, and the trace of its own work', () => {
    const meta = createMetaCausedBy(cause, { service: 'shop', user: 'bob', traceparent: '00-3-4-01' });

    expect(meta).toMatchObject({ user: 'bob', traceparent: '00-3-4-01' });
  });

  it('is accepted by publish', () => {
    expect(messageMetaSchema.safeParse(createMetaCausedBy(cause, { service: 'shop' })).success).toBe(true);
  });
});
