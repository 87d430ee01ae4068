import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import { Customer, renames } from '../support/customer.ts';
import { receiveAll, useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/worker.js');
const ARN = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo';

describe('event-topic-worker', () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();

  it('publishes for topics given only by environment variables, and stops on SIGTERM', async () => {
    const worker = runNode([EXECUTABLE], {
      EVENT_TOPICS: JSON.stringify(emulator.eventTopics),
      TEMPORAL_ADDRESS: temporal.env.address,
      AWS_ENDPOINT_URL_SNS: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      // As on a user's machine; the tests switch the AWS SDK's notice off.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined,
    });
    await worker.says('RUNNING');
    const messages = [...renames('a', 1, 12), ...renames('b', 1, 12)];
    await new EventTopic(Customer, { client: temporal.env.client }).publish(messages);

    for (const queueUrl of Object.values(emulator.collectors)) {
      const received = await receiveAll(emulator.endpoint, queueUrl, messages.length);
      const events = received.map(({ Body = '' }) => JSON.parse(Body));
      const ofAggregate = (id: string) => events.filter((event) => event.id === id);
      expect(ofAggregate('a')).toEqual(renamesAs(messages, 'a'));
      expect(ofAggregate('b')).toEqual(renamesAs(messages, 'b'));
      expect(received).toHaveLength(messages.length);
      expect(received[0]?.MessageAttributes?.['eventType']?.StringValue).toBe('NameChanged');
    }

    worker.child.kill('SIGTERM');
    const { code, stderr } = await worker.finished;
    expect(code).toBe(0);
    expect(stderr).toContain(`[topic=Customer to=${emulator.eventTopics['Customer']}]`);
    // One line per entry, and no bundling: the prebuilt bundle fits.
    expect(stderr.trim().split('\n')).toSatisfy((lines: string[]) =>
      lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z (INFO |WARN |ERROR) /.test(line)),
    );
    expect(stderr).not.toContain('bundle created');
    const isOld = Number.parseInt(process.versions.node, 10) < 22;
    expect(stderr.split('\n').filter((line) => line.includes('January 2027'))).toHaveLength(isOld ? 1 : 0);
  });
});

function renamesAs(messages: ReturnType<typeof renames>, id: string): unknown[] {
  return messages.filter((message) => message.id === id);
}

describe('event-topic-worker says what is wrong', () => {
  it.each([
    ['no topics', {}, 2, 'INVALID_ENVIRONMENT Neither EVENT_TOPICS nor EVENT_TOPICS_FILE is set'],
    ['an ARN that is no ARN', { EVENT_TOPICS: '{"Customer":"nonsense"}' }, 2, 'Not the ARN of an SNS topic'],
    ['a file that is not there', { EVENT_TOPICS_FILE: '/nowhere.json' }, 2, '/nowhere.json cannot be read'],
    [
      'a Temporal that does not answer',
      { EVENT_TOPICS: JSON.stringify({ Customer: ARN }), TEMPORAL_ADDRESS: '127.0.0.1:1' },
      1,
      'TEMPORAL_UNREACHABLE Temporal does not answer',
    ],
  ])('%s', async (_what, env, code, message) => {
    const finished = await runNode([EXECUTABLE], env).finished;
    expect(finished).toMatchObject({ code, stdout: '' });
    expect(finished.stderr).toMatch(/^event-topic-worker: [A-Z_]+ /);
    expect(finished.stderr).toContain(message);
    expect(finished.stderr.trim().split('\n')).toHaveLength(1);
  });
});
