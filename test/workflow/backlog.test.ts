import { describe, expect, it } from 'vitest';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { renamed } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const EVENTS = 3_000;
const PER_CALL = 100;

/** A message of about 2 KB. */
function large(id: string, n: number) {
  return { ...renamed(id, `${id}-${n}`), event: { type: 'NameChanged' as const, name: 'x'.repeat(1_700) } };
}

describe('a backlog larger than one run can hold', () => {
  const temporal = useTemporalDevServer();

  it('waits in pages, crosses continue-as-new, and is published in order when SNS is back', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      const messages = Array.from({ length: EVENTS }, (_, index) => large('a', index + 1));
      for (let n = 0; n < EVENTS; n += PER_CALL) await topic.publish(messages.slice(n, n + PER_CALL));
      await until(async () => {
        const status = await topic.status('a');
        return status.state !== 'unknown' && status.pending === EVENTS;
      });
      const handle = temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'a'));
      await until(async () => {
        const { workflowExecutionInfo: info } = (await handle.describe()).raw;
        return info?.firstRunId !== info?.execution?.runId;
      });

      isDown = false;
      await until(() => publisher.published.length === EVENTS, 60_000);
      expect(publisher.published).toEqual(messages.map(({ meta }) => meta.msgId));
      await until(async () => (await topic.status('a')).state === 'idle');
      expect(await topic.status('a')).toMatchObject({ accepted: EVENTS, published: EVENTS, pending: 0 });
      const open = temporal.env.client.workflow.list({ query: "ExecutionStatus = 'Running'" });
      const ids: string[] = [];
      for await (const { workflowId } of open) ids.push(workflowId);
      expect(ids).toEqual(['event-topic/Customer/a']);
    });
  }, 120_000);
});
