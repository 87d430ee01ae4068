/** How dynalite reads expressions and looks whether they hold: what {@link startDynamoDb} makes transactions of. */
declare module 'dynalite/validations/index.js' {
  /** Puts what it has read into the operation. Says what is wrong with it. */
  export function validateExpressions(operation: Record<string, unknown>): string | undefined;
}

declare module 'dynalite/db/index.js' {
  /** Of an operation whose expressions were read. An error when the condition does not hold. */
  export function checkConditional(
    operation: Record<string, unknown>,
    item: Record<string, unknown> | undefined,
  ): Error | null | undefined;
  /** In bytes. */
  export function itemSize(item: Record<string, unknown>): number;
}
