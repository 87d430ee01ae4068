import * as pulumi from '@pulumi/pulumi';
import { afterEach, describe, expect, it } from 'vitest';
import program from '../../examples/collector-lambda/index.ts';
import { type Registrations, registrationsOf, snsArn, sqsArn } from './support/registrations.ts';

const MAPPING = 'aws:lambda/eventSourceMapping:EventSourceMapping CustomerReadModelEventCollector';

afterEach(() => pulumi.runtime.setAllConfig({}));

describe('the program of a read model as a Lambda function', () => {
  it('feeds the function, which reports what failed, with new events and with those republished for it', async () => {
    const { get } = await registered();
    expect(get(MAPPING).inputs).toMatchObject({
      eventSourceArn: sqsArn('CustomerReadModelEventCollector.fifo'),
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    const subscription = get(
      'aws:sns/topicSubscription:TopicSubscription CustomerReadModelEventCollector-Customer',
    );
    expect(JSON.parse(String(subscription.inputs['filterPolicy']))).toEqual({
      republished: [{ exists: false }, 'CustomerReadModel'],
    });
  });

  it('makes the inbox as the inbox wants it, and keeps its events for as long as a queue may hold one', async () => {
    const { get } = await registered();
    expect(get('aws:dynamodb/table:Table CustomerReadModelInbox').inputs).toMatchObject({
      hashKey: 'pk',
      rangeKey: 'sk',
      ttl: { attributeName: 'expiresAt', enabled: true },
    });
    expect(
      get('aws:sqs/queue:Queue CustomerReadModelEventCollector').inputs['visibilityTimeoutSeconds'],
    ).toBe(180);
  });
});

function registered(): Promise<Registrations> {
  return registrationsOf(() => {
    pulumi.runtime.setAllConfig({
      [`${pulumi.getProject()}:customerTopicArn`]: snsArn('CustomerEventTopic.fifo'),
      [`${pulumi.getProject()}:bundle`]: import.meta.dirname,
    });
    // The mocks name no tables, and Pulumi would warn of it.
    const { queueUrl } = program();
    return { queueUrl };
  });
}
