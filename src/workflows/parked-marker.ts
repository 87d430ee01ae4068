import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { UNPARKED_SIGNAL } from '../common/names.ts';

const unparkedSignal = defineSignal(UNPARKED_SIGNAL);

/**
 * Is open while an aggregate is parked, with the facts in its memo, so that parked aggregates can be listed by type and
 * status: any Temporal has those, without a search attribute that somebody must register first.
 */
export async function eventTopicParked(): Promise<void> {
  let isUnparked = false;
  setHandler(unparkedSignal, () => {
    isUnparked = true;
  });
  await condition(() => isUnparked);
}
