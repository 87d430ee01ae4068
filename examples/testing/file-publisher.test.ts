import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventPublisherContract, type PublisherRig } from 'temporal-event-topic/testing';
import { FilePublisher } from './file-publisher.ts';

const features = {
  dropsRepeatedMsgIds: false,
  keepsOrder: true,
  sameAggregateBatching: false,
  wireFormat: false,
  messageGroups: false,
  remote: false,
};

// #region contract
describe('FilePublisher', () => {
  for (const { title, run } of eventPublisherContract({ features, create })) it(title, run);
});
// #endregion contract

/** A publisher with a file of its own, and what is in it. */
async function create(): Promise<PublisherRig> {
  const folder = await mkdtemp(join(tmpdir(), 'file-publisher-'));
  const path = join(folder, 'events.jsonl');
  await writeFile(path, '');
  return {
    publisher: new FilePublisher(path),
    received: async () => {
      const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
      return lines.map((line) => ({ message: JSON.parse(line) }));
    },
    close: () => rm(folder, { recursive: true }),
  };
}
