import type { RelayReport } from '../../../common/protocol/relay.ts';

/** A relay in a few lines, for Temporal's UI. */
export function describeRelay(report: RelayReport | undefined): string {
  if (report === undefined) return 'Finding out where to begin.';
  const { mode, eventLog, checkpoint, totals, lastPass } = report;
  const { read, published, healed, refused } = totals;
  const did = mode === 'tail' ? `${published} published` : `${healed} healed`;
  return [
    `**${mode}** of ${eventLog}`,
    `Checkpoint: ${checkpoint ?? 'before everything'}`,
    `${read} events read, ${did}${refused > 0 ? `, ${refused} refused: their aggregates are parked` : ''}`,
    ...(lastPass ? [`Last look: ${lastPass.at}, ${lastPass.read} read`] : []),
  ].join('\n\n');
}
