import type { Contender, Session, Setting } from '../types.ts';

/** What `outbox/session.ts` exports. Its dependencies are its own, and need not be installed. */
interface OutboxModule {
  prepare(): Promise<void>;
  close(): Promise<void>;
  start(listener: 'polling' | 'replication', setting: Setting): Promise<Session>;
}

export const outboxPolling = outbox('polling', 'asks the table for new messages');
export const outboxReplication = outbox('replication', "follows PostgreSQL's write-ahead log");

function outbox(listener: 'polling' | 'replication', how: string): Contender {
  return {
    name: `outbox-${listener}`,
    description: `A transactional outbox on PostgreSQL, pg-transactional-outbox; its relay ${how}`,
    keepsOrder: true,
    mayFail: true,
    unavailable: async () => {
      try {
        await (await load()).prepare();
        return undefined;
      } catch (error) {
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        return `PostgreSQL or the outbox is not here (npm ci --prefix bench/contenders/outbox): ${reason}`;
      }
    },
    start: async (setting) => (await load()).start(listener, setting),
    close: async () => (await load()).close(),
  };
}

async function load(): Promise<OutboxModule> {
  return (await import(new URL('./outbox/session.ts', import.meta.url).href)) as OutboxModule;
}
