/** A question that a script asks by the exit code, as `git diff --exit-code`. */
export function exitCodeOption(what: string): {
  readonly 'exit-code': {
    readonly type: 'boolean';
    readonly default: false;
    readonly defaultDescription: string;
    readonly describe: string;
  };
} {
  return {
    'exit-code': {
      type: 'boolean',
      default: false,
      defaultDescription: '0 in any case',
      describe: `End with exit code 3 when ${what}`,
    },
  };
}
