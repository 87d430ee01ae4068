import * as z from 'zod/v4';
import type { PublisherSettings } from '../../src/common/protocol/publish.ts';
import { defineEventTopic, type EventMessageOf, type EventTopicDefinition } from '../../src/event-topic.ts';

const event = z.object({ type: z.literal('Happened'), number: z.number(), text: z.string() });

export type FaultDefinition = EventTopicDefinition<typeof event>;
export type FaultMessage = EventMessageOf<FaultDefinition>;

/** A topic of the fault run, and the settings of its publishers. */
export interface FaultTopic {
  readonly definition: FaultDefinition;
  readonly settings: Partial<PublisherSettings>;
}

/** Runs of a publisher are short, so that many continue as new while something else goes wrong. */
const SHORT_RUNS = { maxSignalsPerRun: 3 };

/** A topic whose publishers stay open, unless its settings say otherwise. */
export function faultTopic(
  name: string,
  {
    settings,
    ...spec
  }: Partial<Pick<FaultDefinition, 'ordering' | 'partitions'>> & Partial<Pick<FaultTopic, 'settings'>> = {},
): FaultTopic {
  const { ordering = 'arrival', partitions } = spec;
  return {
    definition: defineEventTopic({ name, event, ordering, ...(partitions ? { partitions } : {}) }),
    settings: { ...SHORT_RUNS, ...settings },
  };
}
