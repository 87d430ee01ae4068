import { EventTopicError } from '../common/errors.ts';

/** Throws `INVALID_COLLECTOR` with every fault, if there is any. `subject`: what is refused, as `The collector`. */
export function refuseCollector(subject: string, faults: readonly string[], queueUrl?: string): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_COLLECTOR', `${subject} is wrong: ${faults.join('; ')}`, {
    details: { queueUrl },
    action: 'Correct it; nothing was received',
  });
}
