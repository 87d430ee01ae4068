import { describe, expect, it } from 'vitest';
import { freePort } from '../../examples/free-port.ts';
import { EventTopic } from '../../src/client/index.ts';
import { WORKER_METRICS } from '../../src/common/telemetry/metrics.ts';
import { Customer, renamed } from '../support/customer.ts';
import { runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { useEmulator } from '../support/topic-with-queue.ts';
import { scrape } from './prometheus-text.ts';

// Printed by docs/guides/observe.md.
describe('what the guide shows', () => {
  const temporal = useTemporalDevServer();
  const aws = useEmulator();

  it('traces and measures a process that publishes, and loses nothing of it at its end', async () => {
    const { code, stdout, stderr } = await runNode([
      ...['--import', 'tsx', '--import', './examples/observe/telemetry.ts'],
      'test/telemetry/processes/publish-once.ts',
    ]).finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain("name: 'publish Customer'");
    expect(stdout).toContain("name: 'event_topic_accepted_events'");
    expect(stdout).toContain("name: 'event_topic_accept_duration_seconds'");
  });

  it("shows the metrics of a worker of one's own as the executable does", async () => {
    const { topicArn } = aws.emulator.createTopicWithQueue({ fifo: true });
    const endpoint = await aws.emulator.sns.config.endpoint?.();
    const port = await freePort();
    const worker = runNode(['--import', 'tsx', 'examples/observe/worker.ts'], {
      TEMPORAL_ADDRESS: temporal.env.address,
      METRICS_ADDRESS: `127.0.0.1:${port}`,
      CUSTOMER_TOPIC_ARN: topicArn,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${endpoint?.port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    try {
      await worker.says('RUNNING');
      const topic = new EventTopic(Customer, { client: temporal.env.client });
      await topic.publish([renamed('C-1', 'm-1')], { waitFor: 'published' });
      const scraped = await scrape(port);
      expect(scraped.value('event_topic_published_events_total', { topic: 'Customer' })).toBe(1);
      for (const metric of [
        WORKER_METRICS.publishLatency,
        WORKER_METRICS.requestDuration,
        WORKER_METRICS.batch,
      ]) {
        const buckets = scraped.samples.filter(({ name }) => name === `${metric.name}_bucket`);
        expect(buckets.map(({ labels }) => labels['le'])).toEqual([...metric.buckets.map(String), '+Inf']);
      }
    } finally {
      worker.child.kill('SIGTERM');
      await worker.finished;
    }
  });
});
