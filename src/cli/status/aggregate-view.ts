import type { AggregateStatus } from '../../client/operate/operate.ts';
import type { Operation } from '../../common/protocol/operate.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import { type Cell, facts, table, type View } from '../output/view.ts';

/** What operations answer, and what `status` says. */
export type ShownStatus = AggregateStatus | PublisherStatus;
type Known = Exclude<ShownStatus, { readonly state: 'unknown' }>;

export function aggregateView(status: ShownStatus): readonly View[] {
  const { topic, id, state } = status;
  if (state === 'unknown')
    return [
      facts([...identity({ topic, id, state }), ['why', 'nothing was published, or it closed long ago']]),
    ];
  return [
    facts([...identity(status), ...trouble(status), ...counts(status), ...place(status)]),
    ...(status.operations?.length ? [operationsTable(status.operations)] : []),
  ];
}

/** Whether somebody has to look at it: an aggregate that is paused goes on only when it is told to. */
export function isInTrouble(status: ShownStatus): boolean {
  return (
    status.state === 'parked' || status.state === 'paused' || 'retrying' in status || 'terminatedAt' in status
  );
}

type Facts = readonly (readonly [name: string, value: Cell])[];

function identity({ topic, id, state }: Pick<ShownStatus, 'topic' | 'id' | 'state'>): Facts {
  return [
    ['topic', topic],
    ['id', id],
    ['state', state],
  ];
}

/** Why it stands still. */
function trouble(status: Known): Facts {
  const { parked, paused } = status;
  const retrying = 'retrying' in status ? status.retrying : status.failing;
  return [
    ['parked at', parked && `${parked.msgId} since ${parked.since}`],
    ['because', parked && `${parked.code}: ${parked.reason}`],
    ['paused by', paused && `${paused.actor} since ${paused.since}: ${paused.reason}`],
    [
      'retrying',
      retrying &&
        `${retrying.attempts} ${retrying.attempts === 1 ? 'attempt' : 'attempts'}${retrying.since ? ` since ${retrying.since}` : ''}`,
    ],
    ['last failure', retrying?.reason],
  ];
}

function counts(status: Known): Facts {
  const { pending, accepted, published, duplicates, conflicts, deadLetters, setAside } = status;
  return [
    ['waiting', pending],
    ['next', status.next],
    ['accepted', accepted],
    ['published', published],
    ['duplicates', duplicates || undefined],
    ['conflicts', conflicts || undefined],
    ['dead letters', deadLetters || undefined],
    ['set aside', setAside && `${setAside.count}, the last at ${setAside.last.at}`],
    ['last published', status.lastReceipt?.msgId],
    ['publisher', 'open' in status ? publisher(status) : undefined],
  ];
}

function publisher({
  open,
  terminatedAt,
}: {
  readonly open: boolean;
  readonly terminatedAt?: string;
}): string {
  if (terminatedAt !== undefined)
    return `terminated at ${terminatedAt}: the rest is from before, and what waited is lost`;
  return open ? 'open' : 'closed, opens with the next event';
}

function place({ position, partition }: Known): Facts {
  const missing = position?.missing;
  return [
    ['position', position && (position.watermark ?? 'not known yet')],
    ['early', position?.early || undefined],
    ['missing', missing && (missing.from === missing.to ? missing.from : `${missing.from} to ${missing.to}`)],
    ['partition', partition && `${partition.index} of ${partition.count}`],
  ];
}

function operationsTable(operations: readonly Operation[]): View {
  return table(
    ['at', 'operation', 'actor', 'msgId', 'reason'],
    operations.map(({ at, operation, actor, msgId, reason }) => [at, operation, actor, msgId, reason]),
    '',
  );
}
