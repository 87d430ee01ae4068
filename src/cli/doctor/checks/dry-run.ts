import { about, type Finding } from '../finding.ts';
import type { Read } from '../read.ts';

/** What SNS said to a PublishBatch of one message that it never takes. */
export interface DryRun {
  /** Error codes of entries that SNS refused, one by one, after it had taken the request. */
  readonly refused: readonly string[];
}

/** Refused because of what the request is, not because of who sent it. */
const INVALID =
  /^(InvalidParameter|ParameterValueInvalid|InvalidParameterValue|ValidationError|Validation|EmptyBatchRequest)(Value)?(Exception)?$/;
const KEY = /^KMS/i;

/**
 * Whether the caller may publish, as far as that can be seen without publishing. AWS nowhere promises that it looks at permissions before it looks at the
 * message, so a refused message is a good sign and no proof.
 */
export function checkDryRun(topicArn: string, dryRun: Read<DryRun>): Finding {
  const permission = about('permission', topicArn);
  if (!('unread' in dryRun)) return permission.ok(taken(dryRun.value));
  const { code, reason } = dryRun.unread;
  if (INVALID.test(code))
    return permission.ok(`SNS refused the dry run's message (${code}) and not its sender; ${UNPROVEN}`);
  if (KEY.test(code))
    return permission.wrong(
      `The topic's key may not be used: ${code} ${reason}`,
      'Allow kms:GenerateDataKey and kms:Decrypt on it, and see that it is enabled',
    );
  if (isDenied(code))
    return permission.wrong(
      `Whoever runs doctor may not publish to it: ${code} ${reason}`,
      "If the worker has the same role: attach the component's publisherPolicyArn to it (sns:Publish). Else run doctor with the worker's role",
    );
  return permission.warn(`The dry run says nothing of permissions: ${code} ${reason}`, 'Run doctor again');
}

function taken({ refused }: DryRun): string {
  if (refused.length === 0)
    return 'The endpoint took a message that SNS refuses, and published nothing: an emulator, which checks no permissions';
  return `SNS took the request of the dry run and refused its message (${refused.join(', ')}); ${UNPROVEN}`;
}

// The dry run is as whoever runs doctor, not as the worker.
const UNPROVEN =
  "that looks as if the caller may publish. Not proved: that the topic's key may be used, and that the worker has the same permissions";

function isDenied(code: string): boolean {
  return /^(AuthorizationError|AccessDenied|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|SignatureDoesNotMatch|InvalidSecurity|CredentialsProviderError)(Exception)?$/.test(
    code,
  );
}
