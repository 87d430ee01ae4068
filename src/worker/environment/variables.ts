import { EventTopicError, type EventTopicErrorOptions, isEventTopicError } from '../../common/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with a variable: an error to throw. */
export function invalid(fact: string, options: EventTopicErrorOptions): EventTopicError {
  return new EventTopicError('INVALID_ENVIRONMENT', fact, options);
}

/** The values of all reads. Rejects with `INVALID_ENVIRONMENT` and the faults of every one, not only of the first. */
export async function allOf<Values extends readonly unknown[]>(
  reads: {
    readonly [Key in keyof Values]: () => Values[Key] | Promise<Values[Key]>;
  },
): Promise<Values> {
  const settled = await Promise.allSettled(reads.map(async (read) => await read()));
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const other = errors.find((error) => !isEventTopicError(error, 'INVALID_ENVIRONMENT'));
  if (other !== undefined) throw other;
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw invalid(errors.map(({ message }) => message).join('. '), {});
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as Values;
}

/** The variable's value, whatever its case; the fallback when it is not set. Throws `INVALID_ENVIRONMENT` for any other. */
export function oneOf<Value extends string>(
  { name, value }: { readonly name: string; readonly value: string | undefined },
  values: readonly Value[],
  fallback: Value,
): Value {
  const given = value || fallback;
  const known = values.find((one) => one.toLowerCase() === given.toLowerCase());
  if (known !== undefined) return known;
  const action = `Use one of ${values.join(', ')}`;
  throw invalid(`${name} is not one of its values`, { details: { [name]: given }, action });
}
