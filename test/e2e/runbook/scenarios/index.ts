import type { SetScenario } from '../scenario.ts';
import { collectorStuck } from './collector-stuck.ts';
import { deadLetters } from './dead-letters.ts';
import { gap } from './gap.ts';
import { noWorker } from './no-worker.ts';
import { parked } from './parked.ts';
import { paused } from './paused.ts';
import { kmsDenied, throttled } from './refused-requests.ts';
import { relayBehind } from './relay-behind.ts';
import { terminatedPublisher } from './terminated-publisher.ts';
import { wrongArn } from './wrong-arn.ts';

/** By the anchor of the section that it belongs to; other documents, and alarms, link to these. */
export const SCENARIOS: Readonly<Record<string, SetScenario>> = {
  parked,
  gap,
  paused,
  'no-worker': noWorker,
  'wrong-arn': wrongArn,
  'kms-denied': kmsDenied,
  throttled,
  'collector-stuck': collectorStuck,
  'dead-letters': deadLetters,
  'relay-behind': relayBehind,
  'terminated-publisher': terminatedPublisher,
};
