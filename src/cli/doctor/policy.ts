import { isRecord } from '../../common/arguments.ts';

/** `unsure`: it hangs on something that a policy's text does not say. */
export type Verdict = 'yes' | 'no' | 'unsure';

/** What an SNS topic does with a queue. */
export interface Sending {
  readonly topicArn: string;
  readonly queueArn: string;
}

/** Whether the queue's policy lets SNS send what is published to the topic. Without that SNS drops it, and tells nobody. */
export function letsTopicSend(policy: string | undefined, sending: Sending): Verdict {
  const statements = statementsOf(policy);
  const verdicts = (effect: string): readonly Verdict[] =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => applies(statement, sending));
  const denied = strongest(verdicts('Deny'));
  if (denied === 'yes') return 'no';
  const allowed = strongest(verdicts('Allow'));
  return denied === 'unsure' && allowed === 'yes' ? 'unsure' : allowed;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

function statementsOf(policy: string | undefined): readonly Statement[] {
  try {
    const document: unknown = JSON.parse(policy || '{}');
    return isRecord(document) ? ([document['Statement'] ?? []].flat() as Statement[]) : [];
  } catch {
    return [];
  }
}

function applies(statement: Statement, sending: Sending): Verdict {
  if (['NotPrincipal', 'NotAction', 'NotResource'].some((key) => key in statement)) return 'unsure';
  return speaksOf(statement, sending.queueArn) ? conditionHolds(statement.Condition, sending) : 'no';
}

/** Whether a statement is about SNS sending to the queue. */
function speaksOf({ Principal, Action, Resource = '*' }: Statement, queueArn: string): boolean {
  const principals = isRecord(Principal)
    ? [...texts(Principal['Service']), ...texts(Principal['AWS'])]
    : texts(Principal);
  return (
    principals.some((principal) => principal === '*' || principal === 'sns.amazonaws.com') &&
    texts(Action).some((action) => matches(action.toLowerCase(), 'sqs:sendmessage')) &&
    texts(Resource).some((resource) => matches(resource, queueArn))
  );
}

/** All operators, and all keys of each, must hold. */
function conditionHolds(condition: unknown, sending: Sending): Verdict {
  if (condition === undefined) return 'yes';
  if (!isRecord(condition)) return 'unsure';
  const verdicts = Object.entries(condition).flatMap(([operator, keys]) =>
    isRecord(keys)
      ? Object.entries(keys).map(([key, expected]) => keyHolds([operator, key], texts(expected), sending))
      : ['unsure' as const],
  );
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unsure') ? 'unsure' : 'yes';
}

const EQUALS = /^(Arn|String)(Equals|Like|EqualsIgnoreCase)(IfExists)?$/;

function keyHolds(
  [operator, key]: readonly [operator: string, key: string],
  expected: readonly string[],
  sending: Sending,
): Verdict {
  const actual = contextOf(sending)[key.toLowerCase()];
  if (actual === undefined) return 'unsure';
  const isSame = expected.some((pattern) => matches(pattern, actual));
  if (EQUALS.test(operator) || operator === 'Bool') return isSame ? 'yes' : 'no';
  return 'unsure';
}

/** What SNS says of itself with a delivery. It always comes by TLS. */
function contextOf({ topicArn }: Sending): Readonly<Record<string, string>> {
  return {
    'aws:sourcearn': topicArn,
    'aws:sourceaccount': topicArn.split(':')[4] ?? '',
    'aws:securetransport': 'true',
    'aws:principalisawsservice': 'true',
  };
}

function strongest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('yes')) return 'yes';
  return verdicts.includes('unsure') ? 'unsure' : 'no';
}

function texts(value: unknown): readonly string[] {
  return [value]
    .flat()
    .filter((one) => one !== undefined)
    .map(String);
}

/** IAM's wildcards: `*` any text, `?` one character. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
