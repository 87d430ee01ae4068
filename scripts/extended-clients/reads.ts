import { toWireMessage, type WireMessage } from '../../src/common/wire-format.ts';
import { type LargeMessage, messagesToRead } from './messages.ts';
import type { Program } from './programs.ts';
import type { Recorded } from './recorded.ts';
import type { Rig } from './rig.ts';

/** Publishes with this package, and lets every program read every message. Throws when one reads something unexpected. */
export async function letThemRead(rig: Rig, programs: readonly Program[]): Promise<Recorded['read']> {
  const messages = messagesToRead();
  const queues = await publish(rig, messages, programs.length);
  for (const [index, program] of programs.entries()) {
    const queueUrls = queues.map((ofMessage) => ofMessage[index] ?? '');
    const printed = await program.run(['read', ...queueUrls], { env: rig.env });
    check(program, messages, printed.trim().split('\n'));
  }
  // Who has read a message has deleted it too: its object must be left for the other queues.
  for (const { bucket, upload } of messages)
    await rig.claimCheck(bucket).get({ bucket, key: upload.entry.claimCheck.key });
  return {
    by: programs.filter(({ knowsNewerNames }) => knowsNewerNames).map(({ reader }) => reader),
    notBy: programs.filter(({ knowsNewerNames }) => !knowsNewerNames).map(({ reader }) => reader),
    messages: messages.map((message) => ({ title: message.title, ...wireMessage(message) })),
  };
}

/** For each message the URLs of as many queues as there are readers. */
async function publish(
  rig: Rig,
  messages: readonly LargeMessage[],
  readers: number,
): Promise<readonly (readonly string[])[]> {
  const queues: (readonly string[])[] = [];
  for (const message of messages) {
    // Of its own, since most messages have the same msgId, by which SNS would drop them.
    const { topicArn, queueUrls } = rig.createTopic({ queues: readers });
    await rig.publish(message, topicArn);
    queues.push(queueUrls);
  }
  return queues;
}

function check(program: Program, messages: readonly LargeMessage[], bodies: readonly string[]): void {
  const { name, version } = program.reader;
  for (const [index, message] of messages.entries()) {
    const expected = program.knowsNewerNames ? message.upload.body : wireMessage(message).body;
    if (!Buffer.from(bodies[index] ?? '', 'base64').equals(Buffer.from(expected)))
      throw new Error(`${name} ${version} has not read what was expected: ${message.title}`);
  }
  const what = program.knowsNewerNames ? 'byte for byte' : 'as their pointers';
  console.log(`${name} ${version} has read ${messages.length} messages, ${what}`);
}

function wireMessage({ topic, upload }: LargeMessage): WireMessage {
  return toWireMessage(topic, upload.entry);
}
