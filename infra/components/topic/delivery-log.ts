import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as iam from '@pulumi/aws/iam/index.js';
import type * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import { arnParts } from '../arn.ts';
import { DEFAULT_DELIVERY_LOG_RETENTION_DAYS } from '../defaults.ts';
import { policyDocument } from '../policy-document.ts';
import { iamNamePrefix, MAX_ROLE_NAME_PREFIX, type Scope } from '../scope.ts';
import type { EventTopicArgs } from './event-topic-args.ts';

/** The role as which SNS logs deliveries; it may do nothing until `createDeliveryLog`. */
export function createDeliveryLogRole(
  { name, child, tags }: Scope,
  { deliveryLogSamplePercent }: EventTopicArgs,
): iam.Role | undefined {
  if (deliveryLogSamplePercent === undefined) return undefined;
  const roleName = `${name}DeliveryLog`;
  const assumeRolePolicy = policyDocument([
    {
      // Without a condition: AWS documents none that SNS meets here. Only who may pass roles of this account can have SNS use it.
      Sid: 'LogBySns',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ]);
  const namePrefix = iamNamePrefix(roleName, MAX_ROLE_NAME_PREFIX);
  return new iam.Role(
    roleName,
    { namePrefix, description: `Log deliveries of ${name}`, assumeRolePolicy, tags },
    child,
  );
}

/** The properties of a topic whose deliveries are logged. */
export function deliveryLogging(
  role: iam.Role | undefined,
  { deliveryLogSamplePercent }: EventTopicArgs,
): sns.TopicArgs {
  if (role === undefined) return {};
  return {
    sqsSuccessFeedbackRoleArn: role.arn,
    sqsSuccessFeedbackSampleRate: deliveryLogSamplePercent,
    sqsFailureFeedbackRoleArn: role.arn,
  };
}

/** SNS would make the log groups itself, and CloudWatch would keep them for ever. */
export function createDeliveryLog(
  scope: Scope,
  topicArn: pulumi.Output<string>,
  args: EventTopicArgs & { readonly role: iam.Role | undefined },
): pulumi.Resource[] {
  if (args.role === undefined) return [];
  const { name, child, tags } = scope;
  const retentionInDays = args.deliveryLogRetentionDays ?? DEFAULT_DELIVERY_LOG_RETENTION_DAYS;
  const groups = ['', 'Failure'].map(
    (kind) =>
      new cloudwatch.LogGroup(
        `${name}DeliveryLog${kind}`,
        { name: topicArn.apply((arn) => logGroupName(arn, kind)), retentionInDays, tags },
        child,
      ),
  );
  const policy = new iam.RolePolicy(
    `${name}DeliveryLog`,
    { role: args.role.name, policy: writeLog(groups) },
    child,
  );
  return [...groups, policy];
}

/** As SNS names them. */
function logGroupName(topicArn: string, kind: string): string {
  const { region, account } = arnParts(topicArn);
  return `sns/${region}/${account}/${topicArn.split(':').at(-1)}${kind && `/${kind}`}`;
}

/** What AWS says that SNS needs, but for these two log groups alone. */
function writeLog(groups: readonly cloudwatch.LogGroup[]): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: 'WriteDeliveryLog',
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'logs:PutMetricFilter',
        'logs:PutRetentionPolicy',
      ],
      Resource: groups.flatMap(({ arn }) => [arn, pulumi.interpolate`${arn}:*`]),
    },
  ]);
}
