import { describe, expect, it } from 'vitest';
import {
  messageDeduplicationId,
  messageGroupId,
  partitionOf,
  partitionWorkflowId,
  publisherWorkflowId,
} from '../../../src/common/ids.ts';
import { idVectors } from '../../support/vectors.ts';

const { sns, workflow, partition } = idVectors();

describe('MessageGroupId and MessageDeduplicationId', () => {
  it.each(sns)('of $title are the one of the vector', ({ id, snsId }) => {
    expect(messageGroupId(id)).toBe(snsId);
    expect(messageDeduplicationId(id)).toBe(snsId);
  });

  it.each(sns)('of $title are what SNS allows', ({ id }) => {
    expect(messageGroupId(id)).toMatch(/^[\x21-\x7e]{1,128}$/);
  });
});

describe('the partition', () => {
  it.each(partition)(
    'of $title is the one of the vector',
    ({ topic, aggregateId, partitions, workflowId }) => {
      expect(partitionWorkflowId(topic, partitionOf(aggregateId, Number(partitions)))).toBe(workflowId);
    },
  );

  it('has about as many aggregates as every other one', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let n = 0; n < 8_000; n += 1) {
      const { index } = partitionOf(`customer-${n}`, 8);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

describe('the workflow id', () => {
  it.each(workflow)('of $title is the one of the vector', ({ topic, aggregateId, workflowId }) => {
    expect(publisherWorkflowId(topic, aggregateId)).toBe(workflowId);
  });

  it.each(workflow)('of $title is within the bytes that Temporal allows', ({ topic, aggregateId }) => {
    expect(new TextEncoder().encode(publisherWorkflowId(topic, aggregateId)).length).toBeLessThanOrEqual(
      1000,
    );
  });

  it('differs between topics and between aggregates', () => {
    const long = 'x'.repeat(2_000);
    const ids = [
      publisherWorkflowId('Customer', 'C-1'),
      publisherWorkflowId('Customer', 'C-2'),
      publisherWorkflowId('Order', 'C-1'),
      publisherWorkflowId('Customer', `${long}1`),
      publisherWorkflowId('Customer', `${long}2`),
    ];

    expect(new Set(ids).size).toBe(5);
  });
});
