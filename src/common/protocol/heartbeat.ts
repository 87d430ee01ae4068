/** What an activity that reads an EventLog says by its heartbeats: flat, so that older workers go on where it came. */
export type Heartbeat<Progress> = Progress & {
  /** The attempt in which the EventLog has answered. Heartbeats go on without: a read that hangs is no progress. */
  readonly answeredIn?: number;
};

export function toHeartbeat<Progress extends object>(
  { progress, hasAnswer }: { readonly progress: Progress; readonly hasAnswer: boolean },
  attempt: number,
): Heartbeat<Progress> {
  return { ...progress, ...(hasAnswer ? { answeredIn: attempt } : {}) };
}

/** How far the activity came. */
export function progressOf<Progress extends object>(heartbeat: Heartbeat<Progress>): Progress {
  const { answeredIn: _, ...progress } = heartbeat;
  return progress as unknown as Progress;
}
