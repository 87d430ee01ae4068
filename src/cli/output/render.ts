import Table from 'cli-table3';
import { printable } from './printable.ts';
import type { Cell, FactsView, TableView, View } from './view.ts';

/** Where a view is printed. */
export interface Screen {
  /** False: a pipe or a file, whose reader is a program such as `cut` or `awk`. */
  readonly isTerminal: boolean;
  /** Characters of a line. */
  readonly width: number;
}

/** The lines of a view, each with its end; empty when there is nothing to show. */
export function render(view: View, screen: Screen): string {
  const rows = view.kind === 'table' ? view.rows : shownFacts(view);
  if (rows.length === 0) return '';
  if (!screen.isTerminal) return rows.map(tabbed).join('');
  return view.kind === 'table' ? renderTable(view, screen.width) : renderFacts(view);
}

/** Without a heading, so that every line is a record. */
function tabbed(cells: readonly Cell[]): string {
  return `${cells.map(textOf).join('\t')}\n`;
}

function renderTable({ columns, rows }: TableView, width: number): string {
  const table = new Table({
    head: columns.map((column) => column.toUpperCase()),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: fitted(columns, rows, width),
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...rows.map((row) => row.map(textOf)));
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

const GAP = 2;

/** Only the last column, which holds the reasons, gives way: ids are to be copied. */
function fitted(columns: readonly string[], rows: readonly (readonly Cell[])[], width: number): number[] {
  const wanted = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => textOf(row[index]).length)),
  );
  const last = wanted.length - 1;
  const others = wanted.slice(0, last).reduce((sum, each) => sum + each + GAP, 0);
  const least = Math.max(20, columns[last]?.length ?? 0);
  wanted[last] = Math.min(wanted[last] ?? 0, Math.max(least, width - others));
  return wanted;
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

function renderFacts(view: FactsView): string {
  const shown = shownFacts(view);
  const indent = Math.max(...shown.map(([name]) => name.length)) + GAP;
  return shown.map(([name, value]) => `${name.padEnd(indent)}${textOf(value)}\n`).join('');
}

function shownFacts({ facts }: FactsView): FactsView['facts'] {
  return facts.filter(([, value]) => value !== undefined);
}

function textOf(cell: Cell): string {
  return cell === undefined ? '' : printable(String(cell));
}
