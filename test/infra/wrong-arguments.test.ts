import { describe, expect, it } from 'vitest';
import * as infra from '../../infra/components/index.ts';

type Construct = (...args: readonly unknown[]) => unknown;

const components: Readonly<Record<string, Construct>> = {
  ClaimCheckBucket: (...args) => new infra.ClaimCheckBucket(...(args as [never])),
  EventCollector: (...args) => new infra.EventCollector(...(args as unknown as [never, never])),
  EventTopic: (...args) => new infra.EventTopic(...(args as [never])),
  EventTopicWorker: (...args) => new infra.EventTopicWorker(...(args as unknown as [never, never])),
};

function messageOf(construct: () => unknown): string {
  try {
    construct();
    return 'no error';
  } catch (error) {
    return error instanceof TypeError ? `a TypeError: ${error.message}` : String((error as Error).message);
  }
}

it('every component is in this table', () => {
  expect(Object.keys(infra).sort()).toEqual(Object.keys(components).sort());
});

describe.each(Object.entries(components))('%s', (name, construct) => {
  it.each([[], [null], [5], ['Customer', null], ['Customer', 5]])(
    'with %j as its arguments is refused, and says why',
    (...args) => {
      expect(messageOf(() => construct(...args))).toMatch(new RegExp(`^${name} .* cannot be created`));
    },
  );
});

it('an argument that nobody reads is refused, with the nearest that there is', () => {
  const message = messageOf(() => new infra.EventTopic('Customer', { throughputscope: 'Topic' } as never));
  expect(message).toContain('throughputscope: is no option; did you mean throughputScope?');
});

it('what a component cannot do without is named, all of it', () => {
  const message = messageOf(() => new infra.EventTopicWorker('Events', { image: 'a' } as never));
  expect(message).toMatch(/eventTopics: is missing\s+- temporal: is missing\s+- subnets: is missing/);
});
