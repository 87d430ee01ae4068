import type { VerifyReport } from '../../common/protocol/relay.ts';
import type { RelayStatus } from '../../event-log/relay-status.ts';
import { facts, table, type View } from '../output/view.ts';

export function relayView(status: RelayStatus): View {
  const { topic, mode, state, eventLog, checkpoint, lag, totals, failure } = status;
  return facts([
    ['topic', topic],
    ['state', state],
    ['mode', mode],
    ['event log', eventLog],
    ['behind', lag && `${lag.events === undefined ? '' : `${lag.events} events, `}${lag.seconds} seconds`],
    ['checkpoint', checkpoint],
    ['read', totals.read],
    ['published', totals.published],
    ['healed', totals.healed],
    ['refused', totals.refused],
    ['last failure', failure && `${failure.reason} (${failure.attempts} attempts)`],
  ]);
}

export function verifyView(report: VerifyReport): readonly View[] {
  const { checked, published, waiting, skipped, unknown, missing, parked, holes } = report;
  return [
    facts([
      ['compared', checked],
      ['published', published],
      ['waiting', waiting],
      ['skipped', skipped],
      ['unknown', unknown],
      ['missing', missing],
      ['parked', parked],
    ]),
    ...(holes.length > 0
      ? [
          table(
            ['missing id', 'msgId', 'position', 'stored at'],
            holes.map(({ id, msgId, position, storedAt }) => [id, msgId, position, storedAt]),
            '',
          ),
        ]
      : []),
  ];
}
