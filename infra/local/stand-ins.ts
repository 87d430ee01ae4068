import { ACCOUNT, type Emulator } from './emulator.ts';
import type { AppliedResource, RegisteredResource } from './resource-type.ts';

/** The ARN that AWS would give, or none where nobody asks for one. */
type ArnOf = (name: string, region: string) => string;

const noArn: ArnOf = () => '';
const regional =
  (service: string, kind: string): ArnOf =>
  (name, region) =>
    `arn:aws:${service}:${region}:${ACCOUNT}:${kind}${name}`;
const iam =
  (kind: string): ArnOf =>
  (name) =>
    `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;

/**
 * What the components create and the emulator has no counterpart for. It has no IAM and lets everybody do everything, encrypts nothing,
 * watches nothing and runs nothing; what depends on such a resource sees no more of it than its name and ARN.
 */
const ARNS: ReadonlyMap<string, ArnOf> = new Map([
  ['aws:appautoscaling/policy:Policy', noArn],
  ['aws:appautoscaling/target:Target', noArn],
  ['aws:cloudwatch/logGroup:LogGroup', regional('logs', 'log-group:')],
  ['aws:cloudwatch/metricAlarm:MetricAlarm', regional('cloudwatch', 'alarm:')],
  ['aws:ec2/securityGroup:SecurityGroup', regional('ec2', 'security-group/')],
  ['aws:ecs/cluster:Cluster', regional('ecs', 'cluster/')],
  ['aws:ecs/service:Service', regional('ecs', 'service/')],
  ['aws:ecs/taskDefinition:TaskDefinition', regional('ecs', 'task-definition/')],
  ['aws:iam/policy:Policy', iam('policy')],
  ['aws:iam/role:Role', iam('role')],
  ['aws:iam/rolePolicy:RolePolicy', noArn],
  ['aws:iam/rolePolicyAttachment:RolePolicyAttachment', noArn],
  ['aws:kms/key:Key', regional('kms', 'key/')],
  ['aws:kms/keyPolicy:KeyPolicy', noArn],
  ['aws:lambda/eventSourceMapping:EventSourceMapping', regional('lambda', 'event-source-mapping:')],
  ['aws:lambda/permission:Permission', noArn],
  ['aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', noArn],
  ['aws:s3/bucketOwnershipControls:BucketOwnershipControls', noArn],
  ['aws:s3/bucketPolicy:BucketPolicy', noArn],
  ['aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', noArn],
  ['aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration', noArn],
  // The emulator's queues set messages aside wherever they are told to.
  ['aws:sqs/redriveAllowPolicy:RedriveAllowPolicy', noArn],
]);

/** What depends on the resource gets in its place; nothing for a type that nobody knows here. */
export function standIn(
  { type, name, inputs }: RegisteredResource,
  { region }: Emulator,
): AppliedResource | undefined {
  const arnOf = ARNS.get(type);
  if (arnOf === undefined) return undefined;
  const id = String(inputs['name'] ?? `${inputs['namePrefix'] ?? `${name}-`}local`);
  const arn = arnOf(id, region);
  return { id, outputs: { name: id, ...(arn === '' ? {} : { arn }) } };
}
