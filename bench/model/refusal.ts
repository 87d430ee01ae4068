/** Something was asked for that there is no answer to. Says all that is wrong, in the words of who asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.faults = faults;
  }
}
