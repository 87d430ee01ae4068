import type { CustomerMessage } from '../../../support/customer.ts';
import { renamed } from '../../../support/customer.ts';

type Numbered<Count extends number> = Count extends 3
  ? [CustomerMessage, CustomerMessage, CustomerMessage]
  : CustomerMessage[];

/** `C-1/1`, `C-1/2` … of an aggregate. */
export function numbered(id: string, from: 1, to: 3): Numbered<3>;
export function numbered(id: string, from: number, to: number): CustomerMessage[];
export function numbered(id: string, from: number, to: number): CustomerMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => renamed(id, `${id}/${from + index}`));
}

/** The same, of a topic that is ordered by position. */
export function inStream(id: string, positions: readonly number[]): CustomerMessage[] {
  return positions.map((position) => ({ ...renamed(id, `${id}/${position}`), position }));
}

export function longName(message: CustomerMessage): CustomerMessage {
  return { ...message, event: { type: 'NameChanged', name: 'x'.repeat(3_000) } };
}
