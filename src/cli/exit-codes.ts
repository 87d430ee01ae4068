/** What the process ends with. They are API: docs/reference/cli.md. */
export const EXIT = {
  ok: 0,
  /** It could not be done. */
  failed: 1,
  /** Wrong usage or configuration: nothing was done. */
  usage: 2,
  /** It could be done, and the answer is that something is wrong. */
  wrong: 3,
  /** As shells say it: 128 and the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
