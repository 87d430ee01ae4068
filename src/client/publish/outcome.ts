import type { Client } from '@temporalio/client';
import { type MessageRef, PublishError } from '../../common/errors.ts';
import type { HandedOver } from './handover.ts';

/** Throws {@link PublishError}, which says what is accepted and what is not, unless all of it is. */
export function throwUnlessAccepted(topic: string, client: Client, handedOver: readonly HandedOver[]): void {
  const failed = handedOver.find(({ outcome }) => outcome.error !== undefined);
  if (failed === undefined) return;
  const facts = { topic, address: addressOf(client) };
  throw new PublishError(facts, splitByOutcome(handedOver), failed.outcome.error);
}

function splitByOutcome(handedOver: readonly HandedOver[]): {
  accepted: MessageRef[];
  notAccepted: MessageRef[];
} {
  const refs = handedOver.flatMap(({ entries, outcome }) =>
    entries.map(({ message }, index) => ({
      ref: { id: message.id, msgId: message.meta.msgId },
      isAccepted: index < outcome.accepted,
    })),
  );
  return {
    accepted: refs.filter(({ isAccepted }) => isAccepted).map(({ ref }) => ref),
    notAccepted: refs.filter(({ isAccepted }) => !isAccepted).map(({ ref }) => ref),
  };
}

function addressOf(client: Client): string | undefined {
  const { options } = client.connection as { readonly options?: { readonly address?: string } };
  return options?.address;
}
