import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type EventLogRig, eventLogContract } from 'temporal-event-topic/testing';
import { FileEventLog } from './file-event-log.ts';

// #region contract
describe('FileEventLog', () => {
  for (const { title, run } of eventLogContract({ create, transactions: false })) it(title, run);
});

async function create(): Promise<EventLogRig> {
  const folder = await mkdtemp(join(tmpdir(), 'file-event-log-'));
  const eventLog = new FileEventLog(join(folder, 'events.jsonl'));
  return {
    eventLog,
    append: (messages) => eventLog.append(messages),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
// #endregion contract
