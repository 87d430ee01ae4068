import * as z from 'zod/v4';

const wellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
const text = z.string().refine(wellFormed, 'must be well-formed Unicode');
const id = text.min(1, 'must not be empty');

/** Text that SNS takes as the value of a message attribute: the characters of XML 1.0. */
export const attributeText = z
  .string()
  .regex(
    /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u,
    'has a character that SNS does not take',
  );

/** The meta of a message; unknown keys are kept. */
export const messageMetaSchema = z.looseObject({
  service: attributeText.min(1, 'must not be empty'),
  time: z.iso.datetime('must be an ISO 8601 time in UTC, as 2026-01-31T12:00:00.000Z'),
  ip: text,
  user: text,
  msgId: id,
  correlationId: attributeText.min(1, 'must not be empty'),
  causationId: text.optional(),
  traceparent: attributeText.optional(),
  schemaVersion: attributeText.optional(),
});

/** The envelope; its event is checked by the topic's own schema. Keys that would not travel are refused. */
export const eventMessageSchema = z.strictObject({
  id,
  meta: messageMetaSchema,
  // Whether it is there is checked together with the topic's schema.
  event: z.unknown().optional(),
  position: z.int().min(1, 'positions start at 1').optional(),
});
