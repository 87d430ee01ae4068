import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { quietRuntime } from '../support/temporal.ts';

const HISTORIES = join(import.meta.dirname, 'histories');
const files = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);

interface HistoryJson {
  readonly events: {
    eventType: string;
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

function readHistory(file: string): HistoryJson {
  return JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as HistoryJson;
}

function replay(history: HistoryJson): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: { codePath: inject('workflowBundle') } }, history);
}

describe('the publisher workflow replays what earlier releases recorded', () => {
  beforeAll(() => quietRuntime());

  it.each(files)('%s', async (file) => {
    await expect(replay(readHistory(file))).resolves.toBeUndefined();
  });

  it('and would notice a history that is not its own', async () => {
    const history = readHistory(files.find((file) => file.includes('parked')) ?? '');
    const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes);
    if (scheduled?.activityTaskScheduledEventAttributes) {
      scheduled.activityTaskScheduledEventAttributes.activityType.name = 'another';
    }
    await expect(replay(history)).rejects.toThrow(/[Nn]ondeterminism/);
  });
});
