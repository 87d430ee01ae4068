// Stands for SNS, in a process of its own: the real protocol, a latency, a rate limit, and a look at what arrives.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from './child.ts';
import { nowMs } from './clock.ts';
import { answerXml, errorXml, type PublishQuery, parseQuery, topicXml } from './stub/query.ts';
import { RateLimit } from './stub/rate-limit.ts';
import { TopicLog, type TopicReport } from './stub/topic-log.ts';

/** How the stub answers from now on. */
export interface StubBehaviour {
  /** Between a request's arrival and its answer. */
  readonly latencyMs: number;
  /** Messages per second and topic; more are throttled. Undefined: no limit. */
  readonly messagesPerSecond?: number | undefined;
  /** Refuses everything, as SNS does when it is out of order. */
  readonly isDown?: boolean;
}

const logs = new Map<string, TopicLog>();
const limits = new Map<string, RateLimit>();
let behaviour: StubBehaviour = { latencyMs: 15 };

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  const arrivedAt = nowMs();
  const query = parseQuery(await text(request));
  if (query.action === 'GetTopicAttributes') return answer(response, 200, topicXml(query.topicArn));
  const log = logOf(query.topicArn);
  const refusal = refusalOf(query, arrivedAt);
  if (refusal) {
    log.refuse();
    return answerAfter(arrivedAt, () => answer(response, refusal.status, errorXml(refusal.code)));
  }
  const xml = answerXml(query.action, log.take(query.entries));
  answerAfter(arrivedAt, () => {
    log.acknowledge(query.entries, nowMs());
    answer(response, 200, xml);
  });
});

function refusalOf(
  { topicArn, entries }: PublishQuery,
  now: number,
): { status: number; code: string } | undefined {
  const { isDown, messagesPerSecond } = behaviour;
  if (isDown) return { status: 500, code: 'InternalError' };
  if (messagesPerSecond === undefined) return undefined;
  const limit = limits.get(topicArn) ?? new RateLimit(messagesPerSecond, now);
  limits.set(topicArn, limit);
  return limit.takes(entries.length, now) ? undefined : { status: 429, code: 'Throttled' };
}

function answerAfter(arrivedAt: number, send: () => void): void {
  setTimeout(send, behaviour.latencyMs - (nowMs() - arrivedAt));
}

function answer(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
}

function logOf(topicArn: string): TopicLog {
  const log = logs.get(topicArn) ?? new TopicLog();
  logs.set(topicArn, log);
  return log;
}

const answers = {
  endpoint: (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  behave: (wanted: StubBehaviour): void => {
    behaviour = wanted;
    limits.clear();
  },
  untilAcknowledged: ({ topicArn, messages }: { topicArn: string; messages: number }): Promise<number> =>
    logOf(topicArn).untilAcknowledged(messages),
  report: ({ topicArn, withTimes = false }: { topicArn: string; withTimes?: boolean }): TopicReport =>
    logOf(topicArn).report(withTimes),
  forget: (topicArn: string): void => {
    logs.delete(topicArn);
  },
};

export type SnsStub = typeof answers;

server.listen(0, '127.0.0.1', () => serve(answers));
