import { about, type Finding } from '../finding.ts';
import type { Read } from '../read.ts';

/** What Temporal says of itself. */
export interface ServerFacts {
  readonly address: string;
  readonly system: Read<SystemFacts>;
}

export interface SystemFacts {
  readonly version: string;
  readonly upsertMemo: boolean;
  readonly supportsSchedules: boolean;
}

/** Whether Temporal answers, and can do what publishers and relays ask of it. */
export function checkServer({ address, system }: ServerFacts): Finding {
  const server = about('server', address);
  if ('unread' in system) {
    const { code, reason } = system.unread;
    return isRefusal(code)
      ? server.wrong(
          `Temporal refuses the caller: ${reason}`,
          'Check TEMPORAL_API_KEY or TEMPORAL_TLS_*, and that they are of this namespace',
        )
      : server.wrong(
          `Temporal does not answer: ${reason}`,
          'Set TEMPORAL_ADDRESS (or --address, --profile), or start it: event-topic dev',
        );
  }
  const { version, ...capabilities } = system.value;
  const missing = Object.entries(capabilities).flatMap(([name, has]) => (has ? [] : [name]));
  if (missing.length > 0)
    return server.wrong(`Temporal ${version} lacks ${missing.join(' and ')}`, 'Upgrade the Temporal server');
  return server.ok(`Temporal ${version || 'Cloud'} answers`);
}

export function isRefusal(code: string): boolean {
  return code === 'UNAUTHENTICATED' || code === 'PERMISSION_DENIED';
}
