import { describe, expect, it } from 'vitest';
import { MemoryInbox } from '../../../src/collector/memory-inbox.ts';
import { inboxContract } from '../../../src/testing/contract/inbox-contract.ts';
import { customerMessage } from '../../support/messages.ts';

describe('the inbox in memory', () => {
  const create = async () => {
    const effects: string[] = [];
    return {
      inbox: new MemoryInbox(),
      write: async (_: undefined, effect: string) => void effects.push(effect),
      effects: async () => effects,
    };
  };
  for (const { title, run } of inboxContract({ create, transactions: false })) it(title, run);

  it('forgets the oldest msgIds beyond what it may remember', async () => {
    const inbox = new MemoryInbox({ maxMsgIds: 2 });
    const outcomes = [];
    for (const number of [1, 2, 3, 3, 2, 1]) outcomes.push(await outcomeOf(inbox, number));
    expect(outcomes).toEqual(['handled', 'handled', 'handled', 'duplicate', 'duplicate', 'handled']);
  });
});

async function outcomeOf(inbox: MemoryInbox, number: number): Promise<string> {
  const arrival = {
    collector: 'ReadModel',
    topic: 'Customer',
    message: customerMessage(number),
    ordering: 'arrival',
  } as const;
  const { outcome } = await inbox.handle(arrival, async () => undefined, new AbortController().signal);
  return outcome;
}
