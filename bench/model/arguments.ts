import { parseArgs } from 'node:util';
import type { ScaleInput } from './input.ts';

export const USAGE = `node --import tsx bench/model/main.ts --events-per-second n --aggregates n [options]
  --partitions n          publishers that share the aggregates (default: one for each aggregate)
  --zipf s                how unequal aggregates are; 0: all alike (default: 0.8)
  --events-per-call n     of one aggregate (default: 1)
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
  --simulate              also simulates 20 seconds of one worker
  --json                  the same as one JSON object
  --markdown              the tables of docs/guides/scale.md; nothing else is looked at
`;

const NUMBERS = [
  'events-per-second',
  'aggregates',
  'partitions',
  'zipf',
  'events-per-call',
  'clients',
  'linger-seconds',
  'temporal-ms',
  'sns-ms',
  'worker-vcpu',
  'worker-gb',
  'retention-days',
] as const;

export interface Arguments {
  readonly input: Partial<ScaleInput>;
  readonly results: string | undefined;
  readonly json: boolean;
  readonly simulate: boolean;
  readonly markdown: boolean;
  readonly help: boolean;
}

export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ...(Object.fromEntries(NUMBERS.map((name) => [name, { type: 'string' }])) as Record<
        (typeof NUMBERS)[number],
        { type: 'string' }
      >),
      region: { type: 'string' },
      results: { type: 'string' },
      'same-aggregate-batching': { type: 'boolean', default: false },
      'topic-scope': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      simulate: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const numbers = NUMBERS.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [[camelCase(name), Number(value)] as const];
  });
  const { region, results, json, simulate, markdown, help } = values;
  const sameAggregateBatching = values['same-aggregate-batching'];
  const input = {
    ...Object.fromEntries(numbers),
    ...(region === undefined ? {} : { region }),
    sameAggregateBatching,
    topicScope: values['topic-scope'],
  };
  return { input, results, json, simulate, markdown, help };
}

function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
