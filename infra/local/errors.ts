/** Something that the program asks for and that cannot be had in the emulator. */
export class LocalApplyError extends Error {
  override readonly name = 'LocalApplyError';
}

/** The AWS SDK's errors may have no message, as for a refused connection to a host of several addresses. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
