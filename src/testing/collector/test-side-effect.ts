import assert from 'node:assert/strict';
import type { MessageOutcome } from '../../collector/handling/message-processor.ts';
import type { UntypedMapped } from '../../collector/kinds/event-mapper.ts';
import type { SideEffectHandler } from '../../collector/kinds/side-effect-handler.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { CollectorKit, checkKitCall, type GivenEvent, reasonOf } from './kit.ts';

/** `done`: the effect is there. `tried again`: it failed, and comes again. `refused`: it is parked, or in the dead-letter queue. */
export type SideEffectOutcome = 'done' | 'ignored' | 'tried again' | 'refused';

/** What of a side effect is tested. */
export interface SideEffectStory<Topics extends readonly EventTopicDefinition[]> {
  readonly when: GivenEvent<Topics>;
  /** Which attempt it is. Default: 1. */
  readonly attempt?: number;
  readonly expect: SideEffectOutcome;
}

/** Tests a side effect handler without a server. Throws an `AssertionError` when it ends otherwise than expected. */
export async function testSideEffect<const Topics extends readonly EventTopicDefinition[]>(
  handler: SideEffectHandler<Topics>,
  story: SideEffectStory<Topics>,
): Promise<void> {
  checkKitCall('testSideEffect', [handler, story], 'options');
  const { when, attempt, expect } = story;
  const kit = new CollectorKit(handler.options as never, undefined);
  const event = when as UntypedMapped;
  const outcome = await kit.handle(event.topic, kit.message(event), attempt);
  assert.equal(endOf(outcome), expect, reasonOf(outcome));
}

function endOf(outcome: MessageOutcome): SideEffectOutcome {
  if (outcome.kind === 'failed' || outcome.kind === 'interrupted') return 'tried again';
  if (outcome.kind === 'parked') return 'refused';
  return outcome.how === 'ignored' ? 'ignored' : 'done';
}
