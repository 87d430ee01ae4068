import type { Contender, Session, Setting } from '../types.ts';

/** What `message-queue-toolkit/session.ts` exports. Its dependencies are its own, and need not be installed. */
interface ToolkitModule {
  start(setting: Setting): Promise<Session>;
}

export const messageQueueToolkit: Contender = {
  name: 'message-queue-toolkit',
  description:
    'The SNS publisher of @message-queue-toolkit/sns: one Publish per event, awaited in the order of the aggregate; nothing is durable',
  keepsOrder: true,
  unavailable: async () => {
    try {
      await load();
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      return `the toolkit is not here (npm ci --prefix bench/contenders/message-queue-toolkit): ${reason}`;
    }
  },
  start: async (setting) => (await load()).start(setting),
};

async function load(): Promise<ToolkitModule> {
  return (await import(new URL('./message-queue-toolkit/session.ts', import.meta.url).href)) as ToolkitModule;
}
