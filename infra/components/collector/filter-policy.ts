import * as pulumi from '@pulumi/pulumi';
import { type ArgumentFault, faultIf, isKnown, knownValue } from '../argument-faults.ts';

/** Values, or conditions of SNS such as `{ prefix: 'order_' }` or `{ numeric: ['>', 5] }`, of which one has to hold. */
export type FilterConditions = readonly (
  | string
  | number
  | boolean
  | null
  | Readonly<Record<string, unknown>>
)[];

/** Conditions by property, properties within properties. */
export interface BodyFilter {
  readonly [property: string]: FilterConditions | BodyFilter;
}

/** Which of its topics' events a collector gets. Absent, all of them. */
export interface EventFilterArgs {
  /** Deliver only events of these types, as the attribute `eventType` names them. @default every type */
  readonly eventTypes?: pulumi.Input<pulumi.Input<string>[]>;

  /** Deliver only events of these services (`meta.service`). @default every service */
  readonly services?: pulumi.Input<pulumi.Input<string>[]>;

  /**
   * Deliver only events whose attributes meet these conditions of SNS, by attribute of the wire format, such as
   * `{ schemaVersion: [{ prefix: '2.' }] }`. With `eventTypes` and `services` at most five attributes and 150 combinations of values.
   * @default every event
   */
  readonly filterAttributes?: pulumi.Input<Readonly<Record<string, FilterConditions>>>;

  /**
   * Deliver only events whose body, `{ id, meta, event, position? }`, meets this pattern of SNS, such as
   * `{ event: { country: ['DE', 'AT'] } }`. Not together with the filters by attributes, of which SNS takes one kind, nor for topics with
   * a claim-check bucket: SNS cannot see the body of a large event.
   * @default every event
   */
  readonly filterBody?: pulumi.Input<BodyFilter>;
}

// SNS's limits.
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;
const MAX_BYTES = 262_144;

/** The attributes of a message: `docs/spec/wire-format.md`. A filter by any other would let nothing pass. */
export const FILTERABLE_ATTRIBUTES: readonly string[] = [
  'aggregate',
  'eventType',
  'service',
  'correlationId',
  'traceparent',
  'position',
  'schemaVersion',
  'republished',
  'ExtendedPayloadSize',
];

/** The properties of a subscription that only gets part of the events. */
export function filterPolicy(args: EventFilterArgs): {
  filterPolicy?: pulumi.Output<string>;
  filterPolicyScope?: 'MessageAttributes' | 'MessageBody';
} {
  if (args.filterBody !== undefined)
    return { filterPolicy: pulumi.jsonStringify(args.filterBody), filterPolicyScope: 'MessageBody' };
  if (!filtersByAttributes(args)) return {};
  const policy = pulumi.output(args.filterAttributes ?? {}).apply((others) => attributesFilter(args, others));
  return { filterPolicy: pulumi.jsonStringify(policy), filterPolicyScope: 'MessageAttributes' };
}

function filtersByAttributes({ eventTypes, services, filterAttributes }: EventFilterArgs): boolean {
  return eventTypes !== undefined || services !== undefined || filterAttributes !== undefined;
}

function attributesFilter<T>(
  { eventTypes, services }: EventFilterArgs,
  others: T,
): T & Record<string, unknown> {
  return {
    ...(eventTypes === undefined ? {} : { eventType: eventTypes }),
    ...(services === undefined ? {} : { service: services }),
    ...others,
  };
}

/** What SNS would refuse, and filters that let nothing pass. */
export function filterFaults(args: EventFilterArgs): ArgumentFault[] {
  return [
    ...emptyFaults('eventTypes', args.eventTypes),
    ...emptyFaults('services', args.services),
    ...attributeFaults(args),
    ...faultIf(
      args.filterBody !== undefined && filtersByAttributes(args),
      'filterBody',
      'cannot be combined with eventTypes, services or filterAttributes: SNS filters by body or by attributes',
    ),
    ...limitFaults('filterBody', knownValue(args.filterBody)),
  ];
}

function emptyFaults(propertyPath: string, values: pulumi.Input<unknown[]> | undefined): ArgumentFault[] {
  const isEmpty = values !== undefined && isKnown(values) && values.length === 0;
  return faultIf(isEmpty, propertyPath, 'must hold at least one, or be absent to let every event pass');
}

function attributeFaults(args: EventFilterArgs): ArgumentFault[] {
  if (!filtersByAttributes(args)) return [];
  const others = knownValue(args.filterAttributes);
  const keys = Object.keys(others ?? {});
  const all = knownValue<BodyFilter>(attributesFilter(args, others ?? {}) as BodyFilter);
  return [
    ...keys
      .filter((key) => !FILTERABLE_ATTRIBUTES.includes(key))
      .map((key) => ({
        propertyPath: `filterAttributes.${key}`,
        reason: `is no attribute of an event; there are ${FILTERABLE_ATTRIBUTES.join(', ')}`,
      })),
    ...faultIf(
      args.eventTypes !== undefined && keys.includes('eventType'),
      'filterAttributes.eventType',
      'is given by eventTypes already',
    ),
    ...faultIf(
      args.services !== undefined && keys.includes('service'),
      'filterAttributes.service',
      'is given by services already',
    ),
    ...limitFaults('filterAttributes', all),
  ];
}

function limitFaults(propertyPath: string, filter: BodyFilter | undefined): ArgumentFault[] {
  if (filter === undefined) return [];
  const keys = Object.keys(filter).length;
  const combinations = combinationsOf(filter, 1);
  const bytes = Buffer.byteLength(JSON.stringify(filter));
  return [
    ...faultIf(keys === 0, propertyPath, 'must name at least one key'),
    ...faultIf(keys > MAX_KEYS, propertyPath, `must filter by at most ${MAX_KEYS} keys [keys=${keys}]`),
    ...faultIf(
      combinations > MAX_COMBINATIONS,
      propertyPath,
      `must have at most ${MAX_COMBINATIONS} combinations of values [combinations=${combinations}]`,
    ),
    ...faultIf(
      bytes > MAX_BYTES,
      propertyPath,
      `must be at most ${MAX_BYTES} bytes of JSON [bytes=${bytes}]`,
    ),
  ];
}

/** As SNS counts: the product of how many values each key has, times how deep the key lies. */
function combinationsOf(filter: BodyFilter, depth: number): number {
  return Object.values(filter)
    .map((inner) =>
      isConditions(inner) ? Math.max(inner.length, 1) * depth : combinationsOf(inner, depth + 1),
    )
    .reduce((product, count) => product * count, 1);
}

function isConditions(inner: FilterConditions | BodyFilter): inner is FilterConditions {
  return Array.isArray(inner);
}
