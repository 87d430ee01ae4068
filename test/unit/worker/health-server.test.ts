import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../examples/free-port.ts';
import { startHealthServer, type WorkerHealth } from '../../../src/worker/health-server.ts';

type Status = ReturnType<WorkerHealth>;

const running = {
  runState: 'RUNNING',
  workflowPollerState: 'POLLING',
  activityPollerState: 'POLLING',
} as const;

let server: Server | undefined;

afterEach(async () => {
  if (server === undefined) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function start(health: WorkerHealth): Promise<string> {
  const port = await freePort();
  server = await startHealthServer({ host: '127.0.0.1', port }, health);
  return `http://127.0.0.1:${port}`;
}

describe('a worker', () => {
  it.each<[string, Status, { ready: number; live: number; state: string }]>([
    ['is not connected', undefined, { ready: 503, live: 200, state: 'CONNECTING' }],
    [
      'is not started',
      { ...running, runState: 'INITIALIZED' },
      { ready: 503, live: 200, state: 'INITIALIZED' },
    ],
    ['polls', running, { ready: 200, live: 200, state: 'RUNNING' }],
    [
      'polls for workflow tasks no more',
      { ...running, workflowPollerState: 'FAILED' },
      { ready: 503, live: 200, state: 'RUNNING' },
    ],
    [
      'polls for activities no more',
      { ...running, activityPollerState: 'SHUTDOWN' },
      { ready: 503, live: 200, state: 'RUNNING' },
    ],
    ['is told to stop', { ...running, runState: 'STOPPING' }, { ready: 503, live: 200, state: 'STOPPING' }],
    ['has ended', { ...running, runState: 'STOPPED' }, { ready: 503, live: 200, state: 'STOPPED' }],
    ['has failed', { ...running, runState: 'FAILED' }, { ready: 503, live: 503, state: 'FAILED' }],
  ])('that %s: %j answers %j', async (_what, status, { ready, live, state }) => {
    const url = await start(() => status);

    const answers = await Promise.all(['/readyz', '/livez'].map((path) => fetch(`${url}${path}`)));
    expect(answers.map((answer) => answer.status)).toEqual([ready, live]);
    for (const answer of answers) expect(await answer.text()).toBe(`${state}\n`);
  });
});

describe('the server', () => {
  it('has two paths, to be read', async () => {
    const url = await start(() => running);

    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/readyz`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/readyz`, { method: 'HEAD' })).status).toBe(200);
  });

  it('says which address it cannot listen on', async () => {
    const { port } = new URL(await start(() => running));
    const again = startHealthServer({ host: '127.0.0.1', port: Number(port) }, () => running);

    await expect(again).rejects.toMatchObject({
      code: 'INVALID_ENVIRONMENT',
      message: expect.stringContaining(`[HEALTH_ADDRESS=127.0.0.1:${port}]. Use a free port`),
    });
  });
});
