import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { messageGroupId } from '../../src/common/ids.ts';
import { useCollectorRig } from '../collector/collector-rig.ts';
import { positioned, renamed } from '../support/customer.ts';
import { usePostgres } from '../support/postgres.ts';
import { createRelayRig } from '../support/relay-rig.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { cliProcess, type Ran, startCli } from './cli-rig.ts';

const temporal = useTemporalDevServer();
const postgres = usePostgres();
const aws = useCollectorRig();

describe('event-topic, of what is stored', () => {
  it('sends it again, looks after its relay, and finds what nobody has published', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const worker = await rig.worker();
    const env = { TEMPORAL_ADDRESS: temporal.env.address, EVENT_TOPIC_TASK_QUEUE: rig.taskQueue };
    const run = (...args: string[]): Promise<Ran> => cliProcess([...args, '--json'], { env });
    const name = rig.definition.name;
    await worker.runUntil(async () => {
      const messages = [...positioned('a', 1, 3), ...positioned('b', 1, 2)];
      await rig.store.append(messages);
      await rig.topic.publish(messages, { waitFor: 'published' });
      await rig.store.append(positioned('a', 4, 4));

      const sent = await run(
        'republish',
        name,
        '--id',
        'a',
        '--to-position',
        '2',
        '--reason',
        'x',
        '--actor',
        'ada',
      );
      expect(sent).toMatchObject({
        code: 0,
        json: { state: 'done', published: 2, refused: 0, operator: { actor: 'ada' } },
      });
      expect(rig.publisher.published.slice(5)).toEqual(['a-1', 'a-2']);
      const { republishId } = sent.json as { republishId: string };
      const [status, unsaid, none, verified] = await Promise.all([
        run('republish', 'status', name, republishId),
        run('republish', name, '--all', '--reason', 'x'),
        run('relay', 'status', name),
        run('relay', 'verify', name),
      ]);
      expect(status).toMatchObject({ code: 0, json: { state: 'done', republishId } });
      expect(unsaid).toMatchObject({ code: 2, stdout: '' });
      expect(unsaid.told).toMatchObject([{ error: { code: 'CONFIRMATION_NEEDED' } }]);
      expect(none).toMatchObject({ code: 1 });
      expect(none.told).toMatchObject([{ error: { code: 'RELAY_NOT_FOUND', next: expect.any(String) } }]);
      expect(verified).toMatchObject({
        code: 3,
        json: { checked: 6, published: 5, missing: 1, holes: [{ id: 'a', msgId: 'a-4', position: 4 }] },
      });

      await rig.relay({ mode: 'tail', everyMs: 100 }).start({ from: 'beginning' });
      expect(await run('relay', 'status', name)).toMatchObject({
        code: 0,
        json: { state: 'running', mode: 'tail' },
      });
      await rig.relay({ mode: 'tail' }).stop();
      expect(await run('relay', 'status', name)).toMatchObject({ code: 3, json: { state: 'stopped' } });
    });
    await rig.store.close?.();
  });
});

describe('event-topic, of queues', () => {
  it('shows what is published from now on, until it has seen enough or is interrupted', async () => {
    const { topicArn, endpoint, publish } = await snsTopic();
    const args = ['tail', 'Customer', '--json'];
    const env = { AWS_ENDPOINT_URL: endpoint, EVENT_TOPICS: JSON.stringify({ Customer: topicArn }) };
    const limited = startCli([...args, '--limit', '1', '--id', 'A'], env);
    const endless = startCli(args, env);
    await Promise.all([limited.says('Listening'), endless.says('Listening')]);
    await publish('B');
    await publish('A');
    const { code, stdout } = await limited.finished;
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 0,
      ok: true,
      eventType: 'NameChanged',
      message: { id: 'A', event: { type: 'NameChanged' } },
    });
    endless.child.kill('SIGINT');
    const interrupted = await endless.finished;
    expect(interrupted.code).toBe(130);
    expect(
      interrupted.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message.id),
    ).toEqual(['B', 'A']);
    expect(interrupted.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('sends dead letters to their collector again', async () => {
    const queue = aws.rig.subscribe();
    const env = { AWS_ENDPOINT_URL: (await aws.rig.sqs.config.endpoint?.().then(urlOf)) ?? '' };
    for (const number of [1, 2])
      await aws.rig.sqs.send(
        new SendMessageCommand({
          QueueUrl: queue.deadLetterQueueUrl,
          MessageBody: `letter-${number}`,
          MessageGroupId: messageGroupId('A'),
          MessageDeduplicationId: `letter-${number}`,
        }),
      );
    const args = ['redrive', queue.deadLetterQueueUrl, '--to', queue.queueUrl, '--json'];
    const refused = await cliProcess(args, { env });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.told).toMatchObject([
      { error: { code: 'CONFIRMATION_NEEDED', message: expect.stringContaining('2 letters') } },
    ]);
    const done = await cliProcess([...args, '--yes'], { env });
    expect(done).toMatchObject({ code: 0, json: { ended: 'empty', redriven: 2, stopped: [], left: 0 } });
    expect(await aws.rig.depth(queue.queueUrl)).toMatchObject({ visible: 2 });
  });
});

async function snsTopic(): Promise<{
  topicArn: string;
  endpoint: string;
  publish(id: string): Promise<void>;
}> {
  const { publish, queueUrl } = aws.rig.subscribe();
  const name = queueUrl.split('/').at(-1) ?? '';
  return {
    topicArn: `arn:aws:sns:us-east-1:000000000000:${name}`,
    endpoint: (await aws.rig.sqs.config.endpoint?.().then(urlOf)) ?? '',
    publish: (id) => publish('Customer', renamed(id, `${id}-1`), 'NameChanged'),
  };
}

function urlOf({ protocol, hostname, port }: { protocol: string; hostname: string; port?: number }): string {
  return `${protocol}//${hostname}:${port}`;
}
