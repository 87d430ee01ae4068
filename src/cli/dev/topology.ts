import { isTopicName, TOPIC_NAME_RULE } from '../../common/topic-name.ts';

/** What `dev` makes in the emulator. */
export interface Topology {
  /** Names of EventTopics. */
  readonly topics: readonly string[];
  readonly collectors: readonly CollectorPlan[];
}

/** A queue that gets the events of these topics. */
export interface CollectorPlan {
  readonly name: string;
  readonly topics: readonly string[];
}

/** In an empty folder nobody has a topic yet, and wants to see one. */
export const DEFAULT_TOPIC = 'Customer';

/**
 * Reads what the command line says of topics, and of collectors as `Name=TopicA,TopicB`. Without collectors each topic has one of its own name, so that its
 * events can be looked at. Faults are sentences, all of them.
 */
export function planTopology(
  topics: readonly string[],
  collectors: readonly string[],
): { readonly topology: Topology; readonly faults: readonly string[] } {
  const plans = collectors.length > 0 ? collectors.map(parseCollector) : topics.map(collectorOf);
  return {
    topology: { topics, collectors: plans },
    faults: [
      ...topics
        .filter((topic) => !isTopicName(topic))
        .map((topic) => `--topic ${JSON.stringify(topic)} is no topic name: ${TOPIC_NAME_RULE}`),
      ...repeated(topics).map((topic) => `--topic ${topic} is there more than once`),
      ...repeated(plans.map(({ name }) => name)).map((name) => `--collector ${name} is there more than once`),
      ...plans.flatMap((plan) => collectorFaults(plan, topics)),
    ],
  };
}

function collectorOf(topic: string): CollectorPlan {
  return { name: topic, topics: [topic] };
}

function parseCollector(text: string): CollectorPlan {
  const [name = '', list = ''] = text.split('=', 2);
  return { name, topics: list.split(',').filter(Boolean) };
}

// As the component EventCollector: what it appends must fit into SQS's 80 characters.
const COLLECTOR_NAME = /^[A-Za-z0-9_-]{1,51}$/;

function collectorFaults({ name, topics }: CollectorPlan, known: readonly string[]): readonly string[] {
  const unknown = topics.filter((topic) => !known.includes(topic));
  return [
    ...(COLLECTOR_NAME.test(name)
      ? []
      : [`--collector ${JSON.stringify(name)} is no collector name: 1 to 51 letters, digits, "-" or "_"`]),
    ...(topics.length > 0
      ? []
      : [`--collector ${name} names no topic: write ${name || 'Name'}=${known[0] ?? DEFAULT_TOPIC}`]),
    ...unknown.map(
      (topic) => `--collector ${name} names the topic ${topic}, which is not there: add it to --topic`,
    ),
    ...repeated(topics).map((topic) => `--collector ${name} names the topic ${topic} more than once`),
  ];
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
