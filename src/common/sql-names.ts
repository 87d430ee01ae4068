/** A name in SQL: `events`, or `shop.events`. */
export function quoteTable(table: string): string {
  return table.split('.').map(quote).join('.');
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
