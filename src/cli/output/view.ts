/** What people read of a result. Rendering it is `render.ts`'s business. */
export type View = TableView | FactsView;

export interface TableView {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Said on stderr when there are no rows. */
  readonly empty: string;
}

/** Name and value, line by line. Facts without a value are left out. */
export interface FactsView {
  readonly kind: 'facts';
  readonly facts: readonly (readonly [name: string, value: Cell])[];
}

export type Cell = string | number | boolean | undefined;

export function table(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): TableView {
  return { kind: 'table', columns, rows, empty };
}

export function facts(entries: readonly (readonly [name: string, value: Cell])[]): FactsView {
  return { kind: 'facts', facts: entries };
}
