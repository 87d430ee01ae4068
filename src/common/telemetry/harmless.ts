/** Telling fails now and then, as in an exporter of the user's: what is told of must not fail with it, nor be done again. Undefined when it failed. */
export function harmless<Result>(tell: () => Result): Result | undefined {
  try {
    return tell();
  } catch {
    // There is nobody left to tell.
    return undefined;
  }
}
