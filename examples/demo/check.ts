// The verdict: every collector received exactly what the EventLog stored, aggregate by aggregate, in order.
/** What a collector has handled of each aggregate, in that order: msgIds by `<topic>/<aggregate id>`. */
export type Received = ReadonlyMap<string, readonly string[]>;

/** By collector. */
export type ReceivedBy = ReadonlyMap<string, Received>;

export type Verdict = 'in order' | 'events missing' | 'duplicates' | 'out of order';

/** What one aggregate's events came to, at each collector. */
export interface Finding {
  readonly expected: number;
  readonly verdicts: Readonly<Record<string, Verdict>>;
}

/** Findings by aggregate. */
export function check(
  streams: ReadonlyMap<string, readonly string[]>,
  collectors: ReceivedBy,
): Map<string, Finding> {
  const finding = (aggregate: string, expected: readonly string[]): Finding => ({
    expected: expected.length,
    verdicts: Object.fromEntries(
      [...collectors].map(([name, received]) => [name, judge(expected, received.get(aggregate) ?? [])]),
    ),
  });
  return new Map([...streams].map(([aggregate, expected]) => [aggregate, finding(aggregate, expected)]));
}

function judge(expected: readonly string[], received: readonly string[]): Verdict {
  if (new Set(received).size < received.length) return 'duplicates';
  if (received.length < expected.length) return 'events missing';
  return expected.every((msgId, index) => msgId === received[index]) ? 'in order' : 'out of order';
}

/** Events that every collector has handled. */
export function receivedByAll(
  streams: ReadonlyMap<string, readonly string[]>,
  collectors: ReceivedBy,
): number {
  const isReceived = (aggregate: string, msgId: string): boolean =>
    [...collectors.values()].every((received) => received.get(aggregate)?.includes(msgId) ?? false);
  return [...streams].reduce(
    (sum, [aggregate, msgIds]) => sum + msgIds.filter((msgId) => isReceived(aggregate, msgId)).length,
    0,
  );
}
