import type { EventTopicDefinition } from '../../event-topic.ts';
import { invalidSpec, loadModule } from '../load-module.ts';

/** The topic of that name which the module exports. Throws `INVALID_SPEC`. */
export async function loadSpec(file: string, topic: string): Promise<EventTopicDefinition> {
  const exports = await loadModule(file);
  const topics = Object.values(exports).filter(isDefinition);
  const found = topics.find(({ name }) => name === topic);
  if (found) return found;
  const names = [...new Set(topics.map(({ name }) => name))].join(', ');
  const exported = names === '' ? 'exports no topic at all' : `exports no topic ${topic}, but ${names}`;
  throw invalidSpec(file, exported, {
    action: `Export it: export const ${topic} = defineEventTopic({ name: '${topic}', … })`,
  });
}

/** Also one that another copy of this package has defined. */
export function isDefinition(value: unknown): value is EventTopicDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { name, event, eventType } = value as Partial<EventTopicDefinition>;
  return typeof name === 'string' && typeof event === 'object' && typeof eventType === 'function';
}
