import * as iam from '@pulumi/aws/iam/index.js';
import * as pulumi from '@pulumi/pulumi';
import { arnParts } from '../arn.ts';
import { type PolicyStatement, policyDocument } from '../policy-document.ts';
import { iamNamePrefix, MAX_ROLE_NAME_PREFIX, type Scope } from '../scope.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';

/** A role and what gives it its permissions: the service waits for those too. */
export interface WorkerRole {
  readonly role: iam.Role;
  readonly resources: readonly pulumi.Resource[];
}

/** A role for the tasks of one account and region; `logGroupArn` says which. */
export function createEcsRole(
  { name, child, tags }: Scope,
  kind: 'Task' | 'Execution',
  logGroupArn: pulumi.Output<string>,
): iam.Role {
  const roleName = `${name}${kind}`;
  return new iam.Role(
    roleName,
    {
      namePrefix: iamNamePrefix(roleName, MAX_ROLE_NAME_PREFIX),
      description: kind === 'Task' ? `What ${name} does` : `Start ${name}`,
      assumeRolePolicy: policyDocument([assumeByEcs(logGroupArn)]),
      tags,
    },
    child,
  );
}

/** ECS acts for many accounts. The conditions keep another account from having it use this role. */
function assumeByEcs(logGroupArn: pulumi.Output<string>): PolicyStatement {
  const parts = logGroupArn.apply(arnParts);
  return {
    Sid: 'AssumeByEcs',
    Effect: 'Allow',
    Principal: { Service: 'ecs-tasks.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: {
      StringEquals: { 'aws:SourceAccount': parts.account },
      ArnLike: {
        'aws:SourceArn': pulumi.interpolate`arn:${parts.partition}:ecs:${parts.region}:${parts.account}:*`,
      },
    },
  };
}

/** What the worker itself may do: publish to its topics. */
export function createTaskRole(
  scope: Scope,
  { eventTopics, enableExecuteCommand }: EventTopicWorkerArgs,
  logGroupArn: pulumi.Output<string>,
): WorkerRole {
  const { name, child } = scope;
  const role = createEcsRole(scope, 'Task', logGroupArn);
  const attachments = eventTopics.map(
    ({ name: topic, publisherPolicyArn: policyArn }) =>
      new iam.RolePolicyAttachment(`${name}-${topic}`, { role: role.name, policyArn }, child),
  );
  if (enableExecuteCommand !== true) return { role, resources: [role, ...attachments] };
  const policy = policyDocument([OPEN_SHELL]);
  const shell = new iam.RolePolicy(`${name}Shell`, { role: role.name, policy }, child);
  return { role, resources: [role, ...attachments, shell] };
}

/** As AWS documents it for ECS Exec: these channels have no ARN. */
const OPEN_SHELL: PolicyStatement = {
  Sid: 'OpenShell',
  Effect: 'Allow',
  Action: [
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  Resource: '*',
};
