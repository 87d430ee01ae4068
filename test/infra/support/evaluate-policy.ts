import type { RenderedPolicy, RenderedStatement } from './policies.ts';

/**
 * What IAM decides, for the part of its language that the components use. An operator or an element of a statement that is not
 * among it is an error, so that no policy passes unread.
 */

/** A request as AWS sees it. */
export interface AccessRequest {
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** ARN of the IAM identity, or the name of an AWS service. */
  readonly principal: string;
  /** Condition keys. `aws:SecureTransport` is `'true'` unless it is here. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface Policies {
  /** Of the principal, as far as it is an identity. */
  readonly identity?: readonly RenderedPolicy[];
  /** Of the topic, queue, key or bucket. */
  readonly resource?: RenderedPolicy;
  /** Account of the resource, when its ARN does not say: S3's. */
  readonly owner?: string;
  /** Of KMS: the key's policy must allow, whatever the identity's says. */
  readonly resourceDecides?: boolean;
}

type Verdict = 'allowed' | 'denied';

/** Denied explicitly by any; else allowed by either within one account, by both across accounts. */
export function evaluate(request: AccessRequest, policies: Policies): Verdict {
  const { identity = [], resource } = policies;
  const ofIdentity = identity.flatMap(({ Statement }) => Statement);
  const ofResource = resource?.Statement ?? [];
  if ([...ofIdentity, ...ofResource].some((one) => one.Effect === 'Deny' && applies(one, request)))
    return 'denied';
  const byIdentity = ofIdentity.some((one) => one.Effect === 'Allow' && applies(one, request));
  const byResource = ofResource.some((one) => one.Effect === 'Allow' && applies(one, request));
  return isAllowed(request, { byIdentity, byResource, policies, ofResource }) ? 'allowed' : 'denied';
}

interface Grants {
  readonly byIdentity: boolean;
  readonly byResource: boolean;
  readonly policies: Policies;
  readonly ofResource: readonly RenderedStatement[];
}

function isAllowed(
  { principal, resource }: AccessRequest,
  { byIdentity, byResource, policies, ofResource }: Grants,
): boolean {
  if (isService(principal)) return byResource;
  const isSameAccount = accountOf(principal) === (policies.owner ?? accountOf(resource));
  if (!isSameAccount) return byIdentity && byResource;
  if (policies.resourceDecides !== true) return byIdentity || byResource;
  // A grant to the account's root leaves the decision to IAM; one to the identity itself is enough.
  const named = ofResource.some(
    (one) => one.Effect === 'Allow' && one.Principal !== '*' && principals(one).includes(principal),
  );
  return byResource && (named || byIdentity);
}

function applies(statement: RenderedStatement, request: AccessRequest): boolean {
  const known = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];
  const unknown = Object.keys(statement).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`the evaluator does not know ${unknown.join(', ')}`);
  return (
    matchesPrincipal(statement, request.principal) &&
    list(statement.Action).some((action) => like(action.toLowerCase(), request.action.toLowerCase())) &&
    list(statement.Resource ?? '*').some((pattern) => like(pattern, request.resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        holds(operator, list(values), conditionValue(request, key)),
      ),
    )
  );
}

/** A statement of an identity's policy has no principal: it is about that identity. */
function matchesPrincipal(statement: RenderedStatement, principal: string): boolean {
  if (statement.Principal === undefined || statement.Principal === '*') return true;
  return principals(statement).some((one) => {
    if (isService(one) || isService(principal)) return one === principal;
    if (/^\d{12}$/.test(one)) return accountOf(principal) === one;
    return one.endsWith(':root') ? accountOf(principal) === accountOf(one) : one === principal;
  });
}

function principals({ Principal }: RenderedStatement): string[] {
  if (Principal === undefined || Principal === '*') return [];
  const unknown = Object.keys(Principal).filter((kind) => kind !== 'AWS' && kind !== 'Service');
  if (unknown.length > 0)
    throw new Error(`the evaluator does not know principals of kind ${unknown.join(', ')}`);
  return Object.values(Principal).flatMap(list);
}

const OPERATORS: Readonly<Record<string, (wanted: string, is: string) => boolean>> = {
  StringEquals: (wanted, is) => wanted === is,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, is) => wanted === is,
};

/** A key that the request lacks meets no condition. */
function holds(operator: string, wanted: readonly string[], is: string | undefined): boolean {
  const compare = OPERATORS[operator];
  if (compare === undefined) throw new Error(`the evaluator does not know the operator ${operator}`);
  return is !== undefined && wanted.some((one) => compare(one, is));
}

function conditionValue({ context }: AccessRequest, key: string): string | undefined {
  return context?.[key] ?? (key === 'aws:SecureTransport' ? 'true' : undefined);
}

/** `*` and `?`, as IAM has them. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function isService(principal: string): boolean {
  return principal.endsWith('.amazonaws.com');
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
