import { defaultPayloadConverter } from '@temporalio/common';
import { expect, it } from 'vitest';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { PAGE_WORKFLOW } from '../../src/common/names.ts';
import type { PageContent } from '../../src/common/protocol/pages.ts';
import { type CustomerMessage, renamed } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();

it('a page whose publisher was terminated says what to do, and doing it publishes its events', async () => {
  const { client } = temporal.env;
  let isDown = true;
  const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
  const large = (n: number): CustomerMessage => ({
    ...renamed('a', `a-${n}`),
    event: { type: 'NameChanged', name: 'x'.repeat(20_000) },
  });
  await withWorker(temporal.env, publisher, async ({ topic }) => {
    await topic.publish(Array.from({ length: 40 }, (_, index) => large(index + 1)));
    const pages = async (): Promise<string[]> => {
      const ids: string[] = [];
      const query = `WorkflowType = '${PAGE_WORKFLOW}' AND ExecutionStatus = 'Running'`;
      for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
      return ids;
    };
    await until(async () => (await pages()).length > 0);
    const [page = ''] = await pages();
    const publisherId = publisherWorkflowId('Customer', 'a');
    await client.workflow.getHandle(publisherId).terminate('by mistake');

    const handle = client.workflow.getHandle(page);
    const details = await (await handle.describe()).staticDetails();
    expect(details).toContain(`The publisher \`${publisherId}\` takes these events back`);
    expect(details).toContain('publish the messages of this workflow’s input (`entries`) again');

    const [started] = (await handle.fetchHistory()).events ?? [];
    const [input] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const { entries } = defaultPayloadConverter.fromPayload<PageContent>(input ?? {});
    isDown = false;
    await topic.publish(entries.map(({ message }) => message as CustomerMessage));
    await handle.terminate('its events are published again');
    await until(() => publisher.published.length === entries.length);
    expect(publisher.published).toEqual(entries.map(({ message }) => message.meta.msgId));
    expect(entries.length).toBeGreaterThan(5);
  });
});
