import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { type PolicyStatement, policyDocument } from '../policy-document.ts';
import type { Scope } from '../scope.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';
import { readSecrets } from './worker-secrets.ts';
import { createEcsRole, type WorkerRole } from './worker-task-role.ts';

/**
 * As which ECS starts the tasks: it pulls the image, reads the secrets and writes the log. AWS's managed policy for this role lets it
 * pull every image and write every log of the account, so these are just the worker's.
 */
export function createExecutionRole(
  scope: Scope,
  { image, temporal }: EventTopicWorkerArgs,
  logGroupArn: pulumi.Output<string>,
): WorkerRole {
  const role = createEcsRole(scope, 'Execution', logGroupArn);
  // Of which registry the image is, and so whether pulling it takes a permission, may be known only while deploying.
  const document = pulumi
    .output(image)
    .apply((known) => policyDocument([writeLog(logGroupArn), ...pullImage(known), ...readSecrets(temporal)]));
  const policy = new iam.RolePolicy(
    `${scope.name}Execution`,
    { role: role.name, policy: document },
    scope.child,
  );
  return { role, resources: [role, policy] };
}

function writeLog(logGroupArn: pulumi.Output<string>): PolicyStatement {
  return {
    Sid: 'WriteLog',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: pulumi.interpolate`${logGroupArn}:*`,
  };
}

// Account, region, China's suffix and repository.
const ECR_IMAGE = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([^:@]+)/;

/** Nothing for an image of another registry. */
function pullImage(image: string): PolicyStatement[] {
  const [, account, region = '', china, repository] = ECR_IMAGE.exec(image) ?? [];
  if (account === undefined) return [];
  return [
    // AWS knows no narrower resource for this action: the token gives only what the other actions allow.
    { Sid: 'LogInToEcr', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Sid: 'PullImage',
      Effect: 'Allow',
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: `arn:${partitionOf(region, china)}:ecr:${region}:${account}:repository/${repository}`,
    },
  ];
}

function partitionOf(region: string, china: string | undefined): string {
  if (china !== undefined) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
