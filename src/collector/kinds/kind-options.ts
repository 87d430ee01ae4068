import { describe, isRecord, optionFaults } from '../../common/arguments.ts';
import type { EventMessageOf, EventTopicDefinition } from '../../event-topic.ts';
import type { Upcasters } from '../decode/upcast.ts';
import type { TopicOfName, UntypedHandler, UntypedHandlers } from '../handlers.ts';
import { handlingFaults } from '../handling-options.ts';
import { refuseCollector } from '../refuse-collector.ts';

/** What every kind of collector is told. */
export interface KindOptions<Topics extends readonly EventTopicDefinition[]> {
  /** Its name: the inbox remembers under it, and a republish is addressed by it. 1 to 80 letters, digits, `-` or `_`. */
  readonly name: string;
  /** Topics whose events it handles. At least one, each once. */
  readonly topics: Topics;
  /** Events of older versions, by topic and event type: see `upcast`. Default: none. */
  readonly upcasters?: {
    readonly [Name in Topics[number]['name']]?: Upcasters<EventMessageOf<TopicOfName<Topics, Name>>['event']>;
  };
}

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

export interface Kind {
  /** As `The read model`. */
  readonly subject: string;
  /** Every option it takes. */
  readonly keys: Readonly<Record<string, true>>;
  /** The option that has its handlers, by topic and event type. */
  readonly handlers: string;
}

/** Throws `INVALID_COLLECTOR` with every fault. `more`: what else is wrong. */
export function checkKind(
  { subject, keys, handlers }: Kind,
  options: unknown,
  more: readonly string[] = [],
): void {
  const shape = optionFaults(options, keys);
  const { name, topics, upcasters, [handlers]: given } = isRecord(options) ? options : {};
  const common = { topics, upcasters, handlers: given };
  refuseCollector(subject, [
    ...shape,
    ...(typeof name === 'string' && NAME.test(name)
      ? []
      : [`name is 1 to 80 letters, digits, - or _, not ${describe(name)}`]),
    ...handlingFaults(common).map((fault) => fault.replace(/^handlers\b/, handlers)),
    ...more,
  ]);
}

/** Every handler of a definition made into another one: by topic and event type, or a function per topic. What is ignored stays so. */
export function mapHandlers<Given>(
  handlers: Readonly<Record<string, Given | Readonly<Record<string, Given | 'ignore'>>>>,
  wrap: (given: Given) => UntypedHandler,
): UntypedHandlers {
  const wrapped = (given: Given | 'ignore') => (given === 'ignore' ? 'ignore' : wrap(given));
  return Object.fromEntries(
    Object.entries(handlers).map(([topic, of]) => [
      topic,
      isRecord(of)
        ? Object.fromEntries(
            Object.entries(of).map(([type, one]) => [type, wrapped(one as Given | 'ignore')]),
          )
        : wrap(of as Given),
    ]),
  );
}

export function functionFaults(options: unknown, names: readonly string[]): readonly string[] {
  if (!isRecord(options)) return [];
  return names
    .filter((name) => options[name] !== undefined && typeof options[name] !== 'function')
    .map((name) => `${name} is a function, not ${describe(options[name])}`);
}
