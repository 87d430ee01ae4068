// The built package, required as CommonJS, with and without its optional peers.
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/run-process.ts';
import { messageVectors } from '../support/vectors.ts';

const topicAndMessage = `
  const z = require('zod');
  const { createMeta, defineEventTopic } = require('temporal-event-topic');
  const topic = defineEventTopic({ name: 'Customer', event: z.object({ type: z.string() }) });
  const message = { id: 'a', meta: createMeta({ service: 'test' }), event: { type: 'Created' } };`;

/** Makes \`require\` not find the packages whose names begin so. */
const without = (...names: string[]): string => `
  const Module = require('node:module');
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request, ...rest) => {
    if (!${JSON.stringify(names)}.some((name) => request.startsWith(name))) return resolve(request, ...rest);
    throw Object.assign(new Error('Cannot find module ' + request), { code: 'MODULE_NOT_FOUND' });
  };`;

async function run(script: string): Promise<unknown> {
  const { code, stdout, stderr } = await runNode(['--eval', script]).finished;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const OPTIONAL = ['testing', 'worker', 'activity', 'workflow', 'envconfig', 'plugin'];

describe('the test kit', () => {
  it('needs no optional package for an in-memory topic', async () => {
    const script = `${without('fauxqs', 'vitest', '@aws-sdk/', ...OPTIONAL.map((name) => `@temporalio/${name}`))}
      const { InMemoryEventTopic, eventPublisherContract } = require('temporal-event-topic/testing');
      ${topicAndMessage}
      const memory = new InMemoryEventTopic(topic);
      memory.publish([message], { waitFor: 'published' }).then((receipts) => console.log(JSON.stringify(receipts)));`;
    expect(await run(script)).toMatchObject([{ id: 'a', snsMessageId: 'memory-1' }]);
  });

  it.each([
    ['@temporalio/worker', '@temporalio/worker'],
    ['@aws-sdk/client-sqs', '@aws-sdk/client-sqs'],
    ['fauxqs', 'fauxqs'],
  ])('says how to install %s where an environment misses it', async (missing, installed) => {
    const script = `${without(missing)}
      const { EventTopicTestEnvironment } = require('temporal-event-topic/testing');
      ${topicAndMessage}
      EventTopicTestEnvironment.create({ topics: [topic], emulator: true })
        .catch(({ code, message }) => console.log(JSON.stringify({ code, message })));`;
    expect(await run(script)).toEqual({
      code: 'INVALID_ENVIRONMENT',
      message: expect.stringContaining(`npm install --save-dev ${installed}`),
    });
  });

  it('starts the emulator, which is an ES module only, from CommonJS too', async () => {
    const script = `
      const { EventTopicTestEnvironment } = require('temporal-event-topic/testing');
      ${topicAndMessage}
      (async () => {
        const env = await EventTopicTestEnvironment.create({ topics: [topic], emulator: true });
        await env.topic(topic).publish([message]);
        const [{ event }] = await env.published(topic, 1);
        await env.close();
        console.log(JSON.stringify(event));
      })();`;
    expect(await run(script)).toEqual({ type: 'Created' });
  });

  it('publishes the vectors of the wire format', async () => {
    const script = `console.log(JSON.stringify(require('temporal-event-topic/testing').messageVectors()));`;
    expect(await run(script)).toEqual(messageVectors());
  });
});
