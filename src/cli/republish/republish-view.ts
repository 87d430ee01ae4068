import type { RepublishStatus } from '../../client/republish/republish.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { facts, table, type View } from '../output/view.ts';

export function republishView(status: RepublishStatus): readonly View[] {
  const { topic, republishId, state, audience, rate, operator, read, published, refused, refusals, failure } =
    status;
  return [
    facts([
      ['topic', topic],
      ['republish', republishId],
      ['state', state],
      ['audience', audience],
      ['rate', `${rate} a second`],
      ['by', `${operator.actor}: ${operator.reason}`],
      ['read', read],
      ['published', published],
      ['refused', refused],
      ['last failure', failure && `${failure.reason} (${failure.attempts} attempts)`],
    ]),
    ...(refusals.length > 0
      ? [
          table(
            ['id', 'msgId', 'refused because'],
            refusals.map(({ id, msgId, reason }) => [id, msgId, reason]),
            '',
          ),
        ]
      : []),
  ];
}

/** Whether everything that was selected has gone, or is going. */
export function codeOfRepublish({ state, refused }: RepublishStatus): ExitCode {
  return state === 'failing' || state === 'cancelled' || refused > 0 ? EXIT.wrong : EXIT.ok;
}
