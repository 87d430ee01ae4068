import { invalidArgument, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { delivery } from './delivery.ts';
import { faults } from './faults.ts';
import { order } from './order.ts';
import type { PublisherFeatures, PublisherRig } from './publisher-rig.ts';
import { wireFormat } from './wire-format.ts';

/** The publisher that is tested. */
export interface PublisherContractOptions {
  /** What it promises beyond the port: the contract has further tests for each. */
  readonly features: PublisherFeatures;
  /** Makes a publisher with a target of its own. Called once per test. */
  create(): Promise<PublisherRig>;
}

/** One test of the contract, for any test runner: `it(title, run)`. */
export interface ContractTest {
  readonly title: string;
  /** Rejects with an `AssertionError` when the publisher breaks the contract. */
  run(): Promise<void>;
}

/**
 * The tests that every {@link EventPublisher} must pass. With any test runner:
 *
 * ```ts
 * describe('MyPublisher', () => {
 *   for (const { title, run } of eventPublisherContract({ features, create })) it(title, run);
 * });
 * ```
 *
 * They do not say how fast it is, nor that it keeps its promises under load.
 */
export function eventPublisherContract(options: PublisherContractOptions): readonly ContractTest[] {
  checkOptions(options);
  const { features, create } = options;
  return [...delivery(), ...order, ...wireFormat(), ...faults]
    .filter(({ onlyWith = () => true }) => onlyWith(features))
    .map(({ title, check }) => ({
      title,
      run: async () => {
        const rig = await create();
        try {
          await check(rig, features);
        } finally {
          await rig.close?.();
        }
      },
    }));
}

const OPTION_KEYS: KeysOf<PublisherContractOptions> = { features: true, create: true };

function checkOptions(options: PublisherContractOptions): void {
  const faults = [...optionFaults(options, OPTION_KEYS)];
  if (isRecord(options) && !isRecord(options.features))
    faults.push('features says what the publisher promises');
  if (isRecord(options) && typeof options.create !== 'function') faults.push('create makes a publisher');
  if (faults.length > 0) throw invalidArgument('eventPublisherContract({ features, create })', faults);
}
