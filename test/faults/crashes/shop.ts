// The topic of the crash run, for every process of it.

import type { Pool } from 'pg';
import { defineEventTopic } from 'temporal-event-topic';
import { PostgresEventLog } from 'temporal-event-topic/event-log/postgres';
import * as z from 'zod';

export const TABLE = 'crash_events';
export const SETTINGS = { gapTimeoutMs: 1_000, settleMs: 200 };

export const Account = defineEventTopic({
  name: 'CrashAccount',
  event: z.object({ type: z.literal('Booked'), writer: z.number(), amount: z.number() }),
  ordering: 'position',
});

export function openEventLog(pool: Pool): PostgresEventLog {
  return new PostgresEventLog({ pool, table: TABLE, topic: Account.name, channel: `${TABLE}_wake` });
}
