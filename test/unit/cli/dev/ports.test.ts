import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { choosePorts } from '../../../../src/cli/dev/ports.ts';

describe('ports', () => {
  it('are refused when somebody listens there, with the option that chooses another', async () => {
    const servers = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '0.0.0.0')];
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const [one = 0, other = 0] = servers.map((server) => (server.address() as AddressInfo).port);
    const wishes = [
      { option: '--port', server: 'Temporal', port: one },
      { option: '--ui-port', server: 'UI', port: 0 },
      { option: '--aws-port', server: 'SNS', port: other },
    ];
    await expect(choosePorts(wishes)).rejects.toMatchObject({
      code: 'INVALID_ENVIRONMENT',
      message: expect.stringContaining(`${one} (Temporal, --port), ${other} (SNS, --aws-port)`),
      action: expect.stringContaining('--port 0 --aws-port 0'),
    });
    for (const server of servers) server.close();
  });

  it('are any that is free for 0', async () => {
    const [one, other] = await choosePorts([
      { option: '--port', server: 'Temporal', port: 0 },
      { option: '--ui-port', server: 'UI', port: 0 },
    ]);
    expect(one).toBeGreaterThan(1_023);
    expect(other).not.toBe(one);
  });
});
