import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { renamed } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const CALLERS = 3_000;
const AGGREGATES = 300;
const MEGABYTE = 1024 * 1024;

describe('thousands of callers at the same time', () => {
  const temporal = useTemporalDevServer();

  it('are all accepted, in the order of their calls, over one connection and in little memory', async () => {
    const publisher = new InMemoryPublisher();
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      const messages = Array.from({ length: CALLERS }, (_, n) => {
        const id = `id-${n % AGGREGATES}`;
        return renamed(id, `${id}-${Math.floor(n / AGGREGATES)}`);
      });
      const before = process.memoryUsage().heapUsed;
      const calls = messages.map((message) => topic.publish([message]));
      expect((process.memoryUsage().heapUsed - before) / MEGABYTE).toBeLessThan(100);
      await Promise.all(calls);

      await until(() => publisher.messages.length === CALLERS, 60_000);
      const published = (id: string) => publisher.messages.filter((message) => message.id === id);
      for (const id of new Set(messages.map((message) => message.id))) {
        expect(published(id)).toEqual(messages.filter((message) => message.id === id));
      }
    });
  }, 120_000);
});
