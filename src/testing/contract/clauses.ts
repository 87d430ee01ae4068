import type { ContractTest } from './event-publisher-contract.ts';

/** One promise of a port, and how it is tested. */
export interface Clause<Rig> {
  readonly title: string;
  readonly onlyWithTransactions?: true;
  check(rig: Rig): Promise<void>;
}

export interface ClauseOptions<Rig> {
  /** Makes what is tested, anew for each clause. */
  create(): Promise<Rig>;
  readonly transactions: boolean;
}

/** Tests for any runner. What a clause was given is closed afterwards, whatever came of it. */
export function toTests<Rig extends { close?(): Promise<void> }>(
  clauses: readonly Clause<Rig>[],
  { create, transactions }: ClauseOptions<Rig>,
): readonly ContractTest[] {
  return clauses
    .filter(({ onlyWithTransactions }) => transactions || !onlyWithTransactions)
    .map(({ title, check }) => ({
      title,
      run: async () => {
        const rig = await create();
        try {
          await check(rig);
        } finally {
          await rig.close?.();
        }
      },
    }));
}
