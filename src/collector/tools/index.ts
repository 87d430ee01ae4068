/**
 * Tools for whoever looks after collectors: events as they are published, and dead letters on their way back. Needs `@aws-sdk/client-sns`, `@aws-sdk/client-sqs` and
 * `sqs-consumer`.
 *
 * @module
 */
export type { QueuedMessage } from '../decode/queued-message.ts';
export type { DeadLetter } from './dead-letter.ts';
export { type LeftTailsOptions, type LeftTailsRemoved, removeLeftTails } from './left-tails.ts';
export { redrive } from './redrive.ts';
export type { RedriveOptions, RedriveProgress, RedriveTarget } from './redrive-options.ts';
export type { PlannedLetter, RedriveResult, StoppedAggregate } from './redrive-run.ts';
export { tail } from './tail.ts';
export type { TailOptions, TailResources } from './tail-options.ts';
export type { Tailed, TailedEvent, UndecodedMessage } from './tailed.ts';
