import type { EventTopicDefinition } from '../../event-topic.ts';
import { invalidSpec, loadModule } from '../load-module.ts';
import { isDefinition } from '../topics/load-spec.ts';

/** Every topic that the module exports, each once. Throws `INVALID_SPEC`. */
export async function loadTopics(file: string): Promise<readonly EventTopicDefinition[]> {
  const topics = Object.values(await loadModule(file)).filter(isDefinition);
  if (topics.length > 0) return [...new Set(topics)];
  throw invalidSpec(file, 'exports no topic', {
    action: "Export one: export const Customer = defineEventTopic({ name: 'Customer', … })",
  });
}
