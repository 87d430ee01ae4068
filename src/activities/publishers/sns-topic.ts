import {
  PublishBatchCommand,
  type PublishBatchCommandOutput,
  type PublishBatchRequestEntry,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { KeysOf } from '../../common/arguments.ts';
import { SNS_REQUEST_TIMEOUT_MS } from '../../common/defaults.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import { toWireMessage } from '../../common/wire-format.ts';
import { classifyError } from '../classify-error.ts';
import type { PublishResult } from '../event-publisher.ts';
import { type FifoFields, toAwsAttributes } from './aws-message.ts';
import { type AwsRequest, checkAwsOptions, checkTimeout, requestFacts, withTimeout } from './aws-request.ts';
import { endWhenThrottled, unlessThrottled } from './throttles.ts';

export interface SnsPublisherOptions {
  /** ARN of the SNS topic. */
  readonly topicArn: string;
  /** Client for the topic's region; its endpoint, credentials and retry settings are used as they are,
   * but it does not try throttled requests again: the worker sends less at a time instead. (To middleware of yours such a request looks
   * answered, with `throttled` in its output.) */
  readonly client: Pick<SNSClient, 'send'>;
  /** The topic's `MaximumMessageSize`, which also bounds a batch, in bytes. Default: 262,144 (256 KiB). */
  readonly maxMessageBytes?: number;
  /** One request, the SDK's own retries included, in milliseconds: 1 to 30,000. Default: 10,000. */
  readonly requestTimeoutMs?: number;
}

const OPTION_KEYS: KeysOf<SnsPublisherOptions> = {
  topicArn: true,
  client: true,
  maxMessageBytes: true,
  requestTimeoutMs: true,
};

interface BatchEntry {
  readonly entry: PublishEntry;
  readonly fifo?: FifoFields;
}

const SNS_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
// Below the activity's start-to-close timeout: a request must not outlive its attempt.
const MAX_REQUEST_TIMEOUT_MS = 30_000;

/** Sends PublishBatch requests to one SNS topic and answers per entry. */
export class SnsTopic {
  readonly arn: string;
  readonly #client: Pick<SNSClient, 'send'>;
  readonly #timeoutMs: number;

  constructor(options: SnsPublisherOptions, fifo: boolean) {
    checkAwsOptions(options, OPTION_KEYS);
    const { topicArn, client, requestTimeoutMs = SNS_REQUEST_TIMEOUT_MS } = options;
    checkArn(topicArn, fifo);
    checkTimeout(requestTimeoutMs, MAX_REQUEST_TIMEOUT_MS);
    checkSize(options.maxMessageBytes);
    this.arn = topicArn;
    this.#client = client;
    this.#timeoutMs = requestTimeoutMs;
  }

  async publish(
    topic: string,
    batch: readonly BatchEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const requests = batch.map(({ entry, fifo }, index) => ({ ...toRequest(topic, entry, index), ...fifo }));
    const request: AwsRequest = { service: 'SNS', timeoutMs: this.#timeoutMs, signal };
    try {
      const response = await withTimeout(request, (abortSignal) => this.#send(requests, abortSignal));
      return batch.map(({ entry }, index) => toResult(response, entry, String(index)));
    } catch (error) {
      const failure = classifyError(requestFacts(request, error));
      // One bad entry can make SNS refuse the request as a whole; alone, each is judged by itself.
      if (failure.kind === 'event' && batch.length > 1) return this.#publishAlone(topic, batch, signal);
      return batch.map(() => ({ ok: false, failure }));
    }
  }

  /** One after the other: with events of one aggregate in the batch, none may overtake one that failed. */
  async #publishAlone(
    topic: string,
    batch: readonly BatchEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    const results: PublishResult[] = [];
    const failed = new Map<string, PublishResult>();
    for (const one of batch) {
      const { id } = one.entry.message;
      const [result] = failed.has(id) ? [failed.get(id)] : await this.publish(topic, [one], signal);
      if (result === undefined) continue;
      if (!result.ok) failed.set(id, result);
      results.push(result);
    }
    return results;
  }

  async #send(
    requests: readonly PublishBatchRequestEntry[],
    abortSignal: AbortSignal,
  ): Promise<PublishBatchCommandOutput> {
    const command = new PublishBatchCommand({
      TopicArn: this.arn,
      PublishBatchRequestEntries: [...requests],
    });
    endWhenThrottled(command);
    return unlessThrottled(await this.#client.send(command, { abortSignal }));
  }
}

function toRequest(topic: string, entry: PublishEntry, index: number): PublishBatchRequestEntry {
  const { body, attributes } = toWireMessage(topic, entry);
  return { Id: String(index), Message: body, MessageAttributes: toAwsAttributes(attributes) };
}

function toResult(response: PublishBatchCommandOutput, entry: PublishEntry, entryId: string): PublishResult {
  const { msgId } = entry.message.meta;
  const done = response.Successful?.find(({ Id }) => Id === entryId);
  if (done) {
    const { MessageId: snsMessageId = '', SequenceNumber: sequenceNumber } = done;
    return { ok: true, receipt: { msgId, snsMessageId, ...(sequenceNumber ? { sequenceNumber } : {}) } };
  }
  const failed = response.Failed?.find(({ Id }) => Id === entryId);
  const code = failed?.Code ?? 'NoResult';
  return {
    ok: false,
    failure: classifyError({ code, message: failed?.Message ?? 'SNS did not mention the entry' }),
  };
}

/** SNS: the attribute `MaximumMessageSize` is 1,024 to 1,048,576. */
function checkSize(maxMessageBytes = 1_024): void {
  if (Number.isInteger(maxMessageBytes) && maxMessageBytes >= 1_024 && maxMessageBytes <= 1_048_576) return;
  throw new EventTopicError('INVALID_PUBLISHER', 'maxMessageBytes is 1,024 to 1,048,576', {
    details: { maxMessageBytes },
    action: "Give the topic's MaximumMessageSize",
  });
}

function checkArn(topicArn: string, fifo: boolean): void {
  const refuse = (fact: string, action: string): never => {
    throw new EventTopicError('INVALID_PUBLISHER', fact, { details: { topicArn }, action });
  };
  if (!SNS_ARN.test(topicArn)) {
    refuse(
      'Not the ARN of an SNS topic',
      'Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it',
    );
  }
  if (fifo && !topicArn.endsWith('.fifo')) {
    refuse(
      'A standard topic cannot keep order',
      'Give a FIFO topic (its name ends in .fifo), or use SnsPublisher',
    );
  }
  if (!fifo && topicArn.endsWith('.fifo'))
    refuse('A FIFO topic needs message groups', 'Use SnsFifoPublisher');
}
