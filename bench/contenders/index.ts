import type { Contender, ContenderName } from '../types.ts';
import { bareSignal } from './bare-signal.ts';
import { batchedByHand } from './batched-by-hand.ts';
import { directAwaited, directNewProcess, directPromiseAll } from './direct.ts';
import { messageQueueToolkit } from './message-queue-toolkit.ts';
import { outboxPolling, outboxReplication } from './outbox.ts';
import { partitioned, perAggregate } from './project.ts';
import { relayTail } from './relay.ts';
import { workflowPerEvent } from './workflow-per-event.ts';

export const CONTENDERS: readonly Contender[] = [
  perAggregate,
  partitioned,
  relayTail,
  workflowPerEvent,
  directAwaited,
  directNewProcess,
  directPromiseAll,
  batchedByHand,
  messageQueueToolkit,
  outboxPolling,
  outboxReplication,
  bareSignal,
];

export function contenderOf(name: ContenderName): Contender {
  const contender = CONTENDERS.find((one) => one.name === name);
  if (!contender) throw new TypeError(`There is no contender ${name}`);
  return contender;
}
