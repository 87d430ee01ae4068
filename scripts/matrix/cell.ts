/** One thing that was checked. */
export interface Cell {
  /** For instance `Node 22.23.5, lowest peers`. */
  readonly row: string;
  /** For instance `import`. */
  readonly column: string;
  /** What the check printed, in a few words, or what is wrong. */
  readonly says: string;
  readonly ok: boolean;
}

/** Runs a check: it is fine unless it throws. */
export async function check(row: string, column: string, what: () => Promise<string>): Promise<Cell> {
  try {
    return { row, column, says: await what(), ok: true };
  } catch (error) {
    return { row, column, says: error instanceof Error ? error.message : String(error), ok: false };
  }
}

/** One line per cell; what is wrong stands below it, whole. */
export function cellText({ row, column, says, ok }: Cell): string {
  const start = `${ok ? 'ok   ' : 'WRONG'} ${row.padEnd(32)} ${column.padEnd(24)}`;
  return ok ? `${start} ${says}` : `${start}\n  ${says.replaceAll('\n', '\n  ')}`;
}
