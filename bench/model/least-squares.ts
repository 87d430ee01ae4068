/** Coefficients, none of them negative, by which the columns of `rows` come closest to `wanted`; errors count relative to what is wanted. */
export function fitRelative(
  rows: readonly (readonly number[])[],
  wanted: readonly number[],
): readonly number[] {
  const scaled = rows.map((row, index) => row.map((value) => value / (wanted[index] ?? 1)));
  const columns = scaled[0]?.length ?? 0;
  let used = Array.from({ length: columns }, (_, column) => column);
  for (;;) {
    const solved = solve(normalEquations(scaled, used));
    const negative = used.filter((_, index) => (solved[index] ?? 0) < 0);
    if (negative.length === 0)
      return Array.from({ length: columns }, (_, column) => solved[used.indexOf(column)] ?? 0);
    // A cost is not negative: what comes out below nothing is nothing, and the others are fitted again.
    used = used.filter((column) => !negative.includes(column));
  }
}

/** The augmented matrix of the normal equations, for a right side of ones. */
function normalEquations(rows: readonly (readonly number[])[], used: readonly number[]): number[][] {
  const sum = (of: (row: readonly number[]) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  return used.map((a) => [
    ...used.map((b) => sum((row) => (row[a] ?? 0) * (row[b] ?? 0))),
    sum((row) => row[a] ?? 0),
  ]);
}

/** Gauss and Jordan, with pivots; `matrix` is augmented by its right side, and used up. */
function solve(matrix: number[][]): readonly number[] {
  for (let column = 0; column < matrix.length; column += 1) {
    const below = matrix.slice(column).map((row) => Math.abs(row[column] ?? 0));
    swap(matrix, column, column + below.indexOf(Math.max(...below)));
    const pivot = matrix[column] ?? [];
    for (const row of matrix) if (row !== pivot) subtract(row, pivot, column);
  }
  return matrix.map((row, index) => (row[matrix.length] ?? 0) / (row[index] ?? 1));
}

function swap(matrix: number[][], a: number, b: number): void {
  const [first, second] = [matrix[a] ?? [], matrix[b] ?? []];
  matrix[a] = second;
  matrix[b] = first;
}

function subtract(row: number[], pivot: readonly number[], column: number): void {
  const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
  pivot.forEach((value, index) => {
    row[index] = (row[index] ?? 0) - factor * value;
  });
}
