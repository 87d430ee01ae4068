import { userInfo } from 'node:os';
import type { Operator } from '../../common/protocol/operate.ts';
import { usageError } from '../failure.ts';

/** Of every command that changes something: who and why stay in Temporal's history. */
export const operatorOptions = {
  reason: { type: 'string', demandOption: true, describe: 'Why. Kept in the history', group: 'Operator:' },
  actor: { type: 'string', describe: 'Who. Default: the user of the operating system', group: 'Operator:' },
} as const;

export const yesOption = {
  yes: {
    type: 'boolean',
    default: false,
    defaultDescription: 'asks at a terminal, else refuses',
    describe: 'Do it without asking',
    group: 'Operator:',
    alias: 'y',
  },
} as const;

export interface OperatorArgs {
  readonly reason: string;
  readonly actor?: string | undefined;
}

/** Throws `INVALID_ARGUMENT` when nobody signs. */
export function operatorOf({ reason, actor }: OperatorArgs, env: NodeJS.ProcessEnv): Operator {
  const signed = actor ?? osUser(env);
  const faults = [
    ...(reason.trim() === '' ? ['--reason is empty'] : []),
    ...(signed === undefined || signed.trim() === ''
      ? ['--actor is missing: the operating system knows no name']
      : []),
  ];
  if (faults.length > 0 || signed === undefined) throw usageError(faults);
  return { actor: signed, reason };
}

/** A container's user often has no name. */
function osUser(env: NodeJS.ProcessEnv): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? env['LOGNAME'];
  }
}

/** What an operator means by "the parked event". */
export const msgIdOption = {
  'msg-id': {
    type: 'string',
    describe: 'msgId of the parked event that is meant. Default: the one that is parked now',
    group: 'Operator:',
  },
} as const;
