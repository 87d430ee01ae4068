import * as z from 'zod/v4';

const wellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
const id = z.string().min(1, 'must not be empty').refine(wellFormed, 'must be well-formed Unicode');

/** The meta of a message; unknown keys are kept. */
export const messageMetaSchema = z.looseObject({
  service: z.string().min(1, 'must not be empty'),
  time: z.iso.datetime('must be an ISO 8601 time in UTC, as 2026-01-31T12:00:00.000Z'),
  ip: z.string(),
  user: z.string(),
  msgId: id,
  correlationId: z.string().min(1, 'must not be empty'),
  causationId: z.string().optional(),
  traceparent: z.string().optional(),
  schemaVersion: z.string().optional(),
});

/** The envelope; its event is checked by the topic's own schema. Keys that would not travel are refused. */
export const eventMessageSchema = z.strictObject({
  id,
  meta: messageMetaSchema,
  event: z.unknown(),
  position: z.int().min(1, 'positions start at 1').optional(),
});
