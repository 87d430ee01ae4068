import type { Message } from '@aws-sdk/client-sqs';
import { resolveBody } from '../../src/common/claim-check.ts';
import { toWireMessage } from '../../src/common/wire-format.ts';
import { customerEntry } from '../../test/support/messages.ts';
import type { Program, Writer } from './programs.ts';
import type { WrittenMessage } from './recorded.ts';
import type { Rig } from './rig.ts';

interface Writing extends Pick<Writer, 'client' | 'command'> {
  readonly title: string;
  readonly style: Writer['styles'][number];
  readonly run: Program['run'];
}

/** Lets every program write in every way that it has. Throws when this package does not read what was written. */
export async function letThemWrite(
  rig: Rig,
  programs: readonly Program[],
): Promise<readonly WrittenMessage[]> {
  const written: WrittenMessage[] = [];
  for (const writing of programs.flatMap(writingsOf)) written.push(await write(rig, writing));
  return written;
}

function writingsOf({ language, writers, run }: Program): readonly Writing[] {
  return writers.flatMap(({ client, command, styles }) =>
    styles.map((style) => {
      const where = command === 'write-sqs' ? 'to the queue' : 'to the topic';
      return { title: `${language}, ${where}, ${style} attribute`, client, command, style, run };
    }),
  );
}

async function write(rig: Rig, { title, client, command, style, run }: Writing): Promise<WrittenMessage> {
  const { bucket } = rig;
  const { topicArn, queueUrls } = rig.createTopic({ queues: 1 });
  const [queueUrl = ''] = queueUrls;
  const event = { type: 'NameChanged' as const, name: 'Åsa 😀' };
  const sent = toWireMessage('Customer', customerEntry(1, { event })).body;
  const target = command === 'write-sqs' ? queueUrl : topicArn;
  await run([command, target, style], { env: rig.env, input: sent });
  const received = await rig.receive(queueUrl);
  const { Body: body = '' } = received;
  if ((await resolveBody(body, rig.claimCheck(bucket))) !== sent)
    throw new Error(`This package does not read what came by ${title}: ${body}`);
  const { key, object } = await rig.takeObject();
  if (object !== sent) throw new Error(`S3 has another body than was sent: ${object}`);
  console.log(`${client.name} ${client.version} has written, and this package read: ${title}`);
  return { title, client, bucket, key, object, body, attributes: attributesOf(received) };
}

function attributesOf({ MessageAttributes = {} }: Message): WrittenMessage['attributes'] {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType: dataType = '', StringValue: value = '' }]) => [name, { dataType, value }],
  );
  return Object.fromEntries(attributes.sort());
}
