import { parseArgs } from 'node:util';
import { optionFaults } from '../../src/common/arguments.ts';
import { inputFaults, type ScaleInput } from './input.ts';

export const USAGE = `node --import tsx bench/model/main.ts --events-per-second n --aggregates n [options]
  --partitions n          publishers that share the aggregates (default: one for each aggregate)
  --zipf s                how unequal aggregates are; 0: all alike (default: 0.8)
  --events-per-call n     of one aggregate (default: 1)
  --event-bytes n         size of an event; only the price depends on it (default: 291, as in the benchmark)
  --clients n             processes that publish (default: 2)
  --linger-seconds n      (default: 600)
  --temporal-ms n         a round trip to Temporal (default: 20)
  --sns-ms n              a round trip to SNS (default: 15)
  --same-aggregate-batching
  --region name           us-east-1, us-west-2, eu-west-1 or other (default: us-east-1)
  --topic-scope           the topic's throughputScope is Topic
  --worker-vcpu n, --worker-gb n   of one worker (default: 1 and 2)
  --retention-days n      of closed histories (default: 30)
  --results name          costs from bench/results/<name>.json
  --simulate              also simulates 20 seconds of the worker that has the busiest aggregate
  --json                  the same as one JSON object
  --markdown              the tables of docs/guides/scale.md; nothing else is looked at
Exit codes: 0; 2 when something else is asked for.
`;

const NUMBERS = [
  'events-per-second',
  'aggregates',
  'partitions',
  'zipf',
  'events-per-call',
  'event-bytes',
  'clients',
  'linger-seconds',
  'temporal-ms',
  'sns-ms',
  'worker-vcpu',
  'worker-gb',
  'retention-days',
] as const;
const TEXTS = ['region', 'results'] as const;
const FLAGS = ['same-aggregate-batching', 'topic-scope', 'json', 'simulate', 'markdown', 'help'] as const;

export interface Arguments {
  readonly input: Partial<ScaleInput>;
  readonly results: string | undefined;
  readonly json: boolean;
  readonly simulate: boolean;
  readonly markdown: boolean;
  readonly help: boolean;
  /** All that is wrong, in the words of the command line. */
  readonly faults: readonly string[];
}

type Given = ReadonlyMap<string, string | undefined>;

export function readArguments(argv: readonly string[]): Arguments {
  const { given, others } = tokensOf(argv);
  const input = inputOf(given);
  const flag = (name: (typeof FLAGS)[number]): boolean => given.has(name);
  return {
    input,
    results: given.get('results'),
    json: flag('json'),
    simulate: flag('simulate'),
    markdown: flag('markdown'),
    help: flag('help'),
    faults: [
      ...others.map((word) => `nothing is expected at ${quoted(word)}`),
      ...optionFaults(dashed([...given.keys()]), dashed([...NUMBERS, ...TEXTS, ...FLAGS])),
      ...[...given].flatMap(([name, value]) => valueFaults(name, value)),
      ...inputFaults(input, textsOf(given)),
    ],
  };
}

function tokensOf(argv: readonly string[]): { readonly given: Given; readonly others: readonly string[] } {
  const options = Object.fromEntries([
    ...[...NUMBERS, ...TEXTS].map((name) => [name, { type: 'string' }] as const),
    ...FLAGS.map((name) => [name, { type: 'boolean' }] as const),
  ]);
  // Not strict: it would stop at the first fault.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const given = tokens.flatMap((token) =>
    token.kind === 'option' ? [[token.name, token.value] as const] : [],
  );
  const others = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  return { given: new Map(given), others };
}

/** What is no number is not a number here either: `inputFaults` refuses it. */
function inputOf(given: Given): Partial<ScaleInput> {
  const numbers = NUMBERS.filter((name) => given.has(name)).map((name) => {
    const text = given.get(name)?.trim();
    return [camelCase(name), text ? Number(text) : Number.NaN] as const;
  });
  const region = given.get('region');
  return {
    ...Object.fromEntries(numbers),
    ...(region === undefined ? {} : { region }),
    sameAggregateBatching: given.has('same-aggregate-batching'),
    topicScope: given.has('topic-scope'),
  };
}

function textsOf(given: Given): ReadonlyMap<string, string> {
  return new Map(
    NUMBERS.map((name) => {
      const text = given.get(name);
      return [`--${name}`, text === undefined ? 'nothing' : quoted(text)] as const;
    }),
  );
}

function valueFaults(name: string, value: string | undefined): readonly string[] {
  const isOneOf = (names: readonly string[]): boolean => names.includes(name);
  if (isOneOf(FLAGS) && value !== undefined) return [`--${name} takes no value, not ${quoted(value)}`];
  return isOneOf(TEXTS) && !value ? [`--${name} needs a value`] : [];
}

function dashed(names: readonly string[]): Readonly<Record<string, true>> {
  return Object.fromEntries(names.map((name) => [`--${name}`, true as const]));
}

function quoted(value: string): string {
  return JSON.stringify(value);
}

function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
