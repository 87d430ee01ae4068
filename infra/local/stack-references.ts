import { LocalApplyError } from './errors.ts';
import type { Inputs } from './inputs.ts';

/** Outputs of other stacks, as plain values, by the name under which programs refer to them: `<organization>/<project>/<stack>`. */
export type StackOutputs = Readonly<Record<string, unknown>>;

export const STACK_REFERENCE = 'pulumi:pulumi:StackReference';

/** What a program learns of another stack. */
export function stackState({ name }: Inputs, stacks: StackOutputs): Record<string, unknown> {
  const outputs = stacks[String(name)];
  if (outputs !== undefined) return { name, outputs, secretOutputNames: [] };
  throw new LocalApplyError(
    `The local apply does not know the outputs of this stack [stack=${name}]. Apply its program first and pass what it returns as stackOutputs.`,
  );
}
