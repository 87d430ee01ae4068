import { DeadLetterQueue } from './dead-letter-queue.ts';
import { Pace } from './pace.ts';
import { checkRedrive, type RedriveOptions } from './redrive-options.ts';
import { type RedriveResult, RedriveRun } from './redrive-run.ts';
import { toDeliver } from './redrive-target.ts';

/** As a republish: beside live events. */
const RATE = 100;

/**
 * Sends the letters of a collector's dead-letter queue to the collector again, those of each aggregate in the order in which they died. An aggregate stops at its first letter that does not arrive;
 * the others go on. May be repeated, also after a crash: a letter is deleted after it has arrived, and SQS drops one that is sent again within five minutes; later, or with `to.handle`, the inbox does.
 * A letter that comes back while the redrive runs stops its aggregate as well.
 *
 * The order is that of the letters. What the collector got of the aggregate after it had set the letter aside, or finds in its queue before the letter, comes first:
 * - With `ordering: 'position'`, an inbox and `onGap: 'hold'`, it holds those later events until the letter comes: the redrive lands in order, and they follow by themselves.
 * - With `ordering: 'arrival'` the letter is handled after its successors: its handler must bear that, or the read model be built anew.
 *
 * SQS has a redrive of its own, `StartMessageMoveTask`: the oldest letters first, interwoven with what others send to the queue meanwhile. It takes all letters, of queues whose letters come from SQS
 * only, and nothing is promised for message groups, as that the letters of an aggregate wait for one that could not be moved:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 *
 * One redrive of a queue at a time: letters that another one holds, or held when it was killed less than a minute ago, are not seen; `left` counts them.
 *
 * ```ts
 * const { redriven, stopped } = await redrive({ deadLetterQueueUrl, to: { queueUrl }, sqs });
 * ```
 *
 * Throws `INVALID_ARGUMENT` or `INVALID_COLLECTOR` when it is called wrongly, or the dead-letter queue does not tell its attributes; `COLLECTOR_TOOL_FAILED` when it cannot be received from.
 */
export async function redrive(options: RedriveOptions): Promise<RedriveResult> {
  checkRedrive(options);
  const { sqs, deadLetterQueueUrl, to, rate = RATE, signal } = options;
  const queue = new DeadLetterQueue(sqs, deadLetterQueueUrl);
  await queue.check();
  const run = new RedriveRun({ options, queue, deliver: toDeliver(sqs, to, signal), pace: new Pace(rate) });
  return await run.run();
}
