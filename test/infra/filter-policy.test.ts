import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import {
  type EventFilterArgs,
  FILTERABLE_ATTRIBUTES,
  filterFaults,
} from '../../infra/components/collector/filter-policy.ts';
import { toWireMessage } from '../../src/common/wire-format.ts';

const reasons = (args: EventFilterArgs): string[] =>
  filterFaults(args).map(({ propertyPath, reason }) => `${propertyPath} ${reason}`);
const values = (count: number): string[] => Array.from({ length: count }, (_, index) => `v${index}`);

describe('the attributes to filter by', () => {
  it('are those that an event may have', () => {
    const message = {
      id: 'C-1',
      meta: {
        service: 's',
        time: '2026-11-01T00:00:00Z',
        ip: '',
        user: '',
        msgId: 'm-1',
        correlationId: 'c-1',
        traceparent: 't',
        schemaVersion: '1',
      },
      event: {},
      position: 1,
    };
    const republished = { republishId: 'r-1', audience: 'all' };
    const { attributes } = toWireMessage('Customer', { message, eventType: 'Renamed', republished });

    expect(FILTERABLE_ATTRIBUTES).toEqual(expect.arrayContaining(Object.keys(attributes)));
    expect(FILTERABLE_ATTRIBUTES).toHaveLength(Object.keys(attributes).length + 1);
  });

  it('are no others, by which nothing would pass', () => {
    expect(reasons({ filterAttributes: { type: ['Renamed'] } })).toEqual([
      `filterAttributes.type is no attribute of an event; there are ${FILTERABLE_ATTRIBUTES.join(', ')}`,
    ]);
  });

  it('are given once', () => {
    const filterAttributes = { eventType: ['Renamed'], service: ['crm'] };

    expect(reasons({ eventTypes: ['Renamed'], services: ['crm'], filterAttributes })).toEqual([
      'filterAttributes.eventType is given by eventTypes already',
      'filterAttributes.service is given by services already',
    ]);
  });
});

describe('a filter', () => {
  it('lets something pass', () => {
    expect(reasons({ eventTypes: [], services: [] })).toEqual([
      'eventTypes must hold at least one, or be absent to let every event pass',
      'services must hold at least one, or be absent to let every event pass',
    ]);
    expect(reasons({ filterBody: {} })).toEqual(['filterBody must name at least one key']);
    expect(reasons({ filterAttributes: {} })).toEqual(['filterAttributes must name at least one key']);
  });

  it('is by attributes or by body', () => {
    expect(reasons({ eventTypes: ['Renamed'], filterBody: { id: ['C-1'] } })).toEqual([
      'filterBody cannot be combined with eventTypes, services or filterAttributes: SNS filters by body or by attributes',
    ]);
  });

  it('has at most five keys', () => {
    const five = { aggregate: ['a'], correlationId: ['c'], traceparent: ['t'], position: [1] };

    expect(reasons({ eventTypes: ['e'], filterAttributes: five })).toEqual([]);
    expect(reasons({ eventTypes: ['e'], services: ['s'], filterAttributes: five })).toEqual([
      'filterAttributes must filter by at most 5 keys [keys=6]',
    ]);
  });

  it('has at most 150 combinations of values', () => {
    expect(reasons({ eventTypes: values(50), services: values(3) })).toEqual([]);
    expect(reasons({ eventTypes: values(151) })).toEqual([
      'filterAttributes must have at most 150 combinations of values [combinations=151]',
    ]);
    expect(reasons({ eventTypes: values(76), services: values(2) })).toEqual([
      'filterAttributes must have at most 150 combinations of values [combinations=152]',
    ]);
  });

  it('by the body counts the values of a key as often as it is deep', () => {
    expect(reasons({ filterBody: { event: { country: values(75) } } })).toEqual([]);
    // 4 values at level 3, 3 at level 2, 2 at level 1: 12 × 6 × 2.
    const filterBody = { a: { b: { c: values(4) } }, d: { e: values(3) }, f: values(2) };
    expect(reasons({ filterBody })).toEqual([]);
    expect(reasons({ filterBody: { ...filterBody, f: values(3) } })).toEqual([
      'filterBody must have at most 150 combinations of values [combinations=216]',
    ]);
  });

  it('has at most 256 KiB', () => {
    const json = JSON.stringify({ id: [''] }).length;

    expect(reasons({ filterBody: { id: ['x'.repeat(262_144 - json)] } })).toEqual([]);
    expect(reasons({ filterBody: { id: ['x'.repeat(262_145 - json)] } })).toEqual([
      'filterBody must be at most 262144 bytes of JSON [bytes=262145]',
    ]);
  });

  it('is not judged by what only the deployment knows', () => {
    expect(reasons({ eventTypes: pulumi.output([]), services: [pulumi.output('s')] })).toEqual([]);
    expect(reasons({ filterBody: pulumi.output({}) })).toEqual([]);
  });
});
