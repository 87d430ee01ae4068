import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { useTemporalDevServer, useTimeSkippingServer } from '../../../support/temporal.ts';

describe('the dev server', () => {
  const temporal = useTemporalDevServer({ server: { namespace: 'orders' } });

  test('answers, with the namespace asked for', async () => {
    const { workflowService } = temporal.env.connection;

    const answer = await workflowService.describeNamespace({ namespace: 'orders' });

    expect(answer.namespaceInfo?.name).toBe('orders');
    expect(temporal.env.namespace).toBe('orders');
  });
});

describe('the time-skipping server', () => {
  const temporal = useTimeSkippingServer();

  test('answers and skips time', async () => {
    await temporal.env.connection.ensureConnected();
    const hourMs = 3_600_000;

    const before = await temporal.env.currentTimeMs();
    await temporal.env.sleep(hourMs);

    expect(await temporal.env.currentTimeMs()).toBeGreaterThanOrEqual(before + hourMs);
  });
});

test('the servers print nothing', async () => {
  const kit = new URL('../../../../src/testing/index.ts', import.meta.url);
  const program = `
    import { startTemporalDevServer, startTimeSkippingServer } from ${JSON.stringify(kit)};
    for (const start of [startTemporalDevServer, startTimeSkippingServer]) {
      const env = await start();
      await env.connection.workflowService.getSystemInfo({});
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // The dev server's banner comes late.
      await env.teardown();
    }`;
  const node = ['--import', 'tsx', '--input-type=module', '--eval', program];

  const { stdout, stderr } = await promisify(execFile)(process.execPath, node);

  expect(stdout + stderr).toBe('');
});
