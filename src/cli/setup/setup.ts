import type { NamespaceDescription } from '../doctor/checks/namespace.ts';
import { days } from '../doctor/checks/namespace.ts';
import type { Read } from '../doctor/read.ts';

/** `ok`: it was so. `done`: it was made. `missing`: it is not there, and was not made. */
export type StepState = 'ok' | 'done' | 'missing';

/** One thing that Temporal needs. */
export interface Step {
  readonly state: StepState;
  /** `namespace`, `search attributes`. */
  readonly step: string;
  readonly fact: string;
  /** What to do. Absent unless it is missing. */
  readonly next?: string;
}

export interface SetupFacts {
  readonly address: string;
  readonly namespace: string;
  readonly description: Read<NamespaceDescription>;
  /** Whether the user wants what is missing to be made. */
  readonly isWanted: boolean;
}

/** What becomes of the namespace: told, or made. */
export type NamespacePlan = { readonly make: false; readonly step: Step } | { readonly make: true };

export function planNamespace({ address, namespace, description, isWanted }: SetupFacts): NamespacePlan {
  const told = (state: StepState, fact: string, next?: string): NamespacePlan => ({
    make: false,
    step: { state, step: 'namespace', fact, ...(next ? { next } : {}) },
  });
  if ('value' in description) {
    const { state, retentionDays } = description.value;
    return state === 'REGISTERED'
      ? told('ok', `${namespace} is there, and keeps closed workflows for ${days(retentionDays)}`)
      : told('missing', `${namespace} is ${state}`, 'Choose another: --namespace, TEMPORAL_NAMESPACE');
  }
  const { code, reason } = description.unread;
  if (code !== 'NOT_FOUND' && !(isCloud(address) && REFUSALS.has(code)))
    return told('missing', `${namespace} cannot be described: ${reason}`, 'See event-topic doctor');
  if (isCloud(address))
    return told(
      'missing',
      `${namespace} is not there, or not for these credentials`,
      'Temporal Cloud makes namespaces in its console, by `tcld namespace create` or by Terraform; then set TEMPORAL_NAMESPACE to <name>.<account>, and TEMPORAL_API_KEY or TEMPORAL_TLS_*',
    );
  if (!isWanted) return told('missing', `${namespace} is not there`, 'Make it: event-topic setup --yes');
  return { make: true };
}

const REFUSALS: ReadonlySet<string> = new Set(['PERMISSION_DENIED', 'UNAUTHENTICATED']);

/** Temporal Cloud answers at these names, behind whatever network. */
export function isCloud(address: string): boolean {
  return /\.(tmprl\.cloud|api\.temporal\.io)(:\d+)?$/.test(address);
}

/** Workflows are found by their type, id and status, which every namespace can search by. */
export function searchStep(listing: Read<unknown>): Step {
  const step = 'search attributes';
  if ('value' in listing)
    return { state: 'ok', step, fact: 'None has to be registered, and workflows can be listed' };
  return {
    state: 'missing',
    step,
    fact: `None has to be registered, but workflows cannot be listed: ${listing.unread.reason}`,
    next: 'Give the namespace a visibility store that takes queries, as every supported one does; parked() and status need it',
  };
}
