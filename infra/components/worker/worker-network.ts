import * as ec2 from '@pulumi/aws/ec2/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../scope.ts';
import type { EventTopicWorkerArgs } from './event-topic-worker-args.ts';

/** AWS's services and registries. */
const HTTPS_PORT = 443;
const TEMPORAL_PORT = 7_233;

/** The security group of a worker whose caller gives none: nobody calls a worker, and it calls AWS and Temporal. */
export function createSecurityGroup(
  { name, child, tags }: Scope,
  { securityGroups, vpcId, temporal }: EventTopicWorkerArgs,
): ec2.SecurityGroup | undefined {
  if (securityGroups !== undefined) return undefined;
  const description = `${name}: out to AWS and Temporal, nothing in`;
  const egress = pulumi.output(temporal.address).apply((address) => egressTo(portOf(address)));
  return new ec2.SecurityGroup(
    name,
    { namePrefix: `${name}-`, description, vpcId, ingress: [], egress, tags },
    child,
  );
}

function portOf(address: string): number {
  return Number(address.split(':')[1] ?? TEMPORAL_PORT);
}

/** To anywhere: addresses of AWS and of Temporal Cloud change. Questions to AWS's DNS pass every security group. */
function egressTo(temporalPort: number): RuleArgs[] {
  const https = rule(HTTPS_PORT, 'AWS');
  return temporalPort === HTTPS_PORT ? [https] : [https, rule(temporalPort, 'Temporal')];
}

interface RuleArgs {
  readonly description: string;
  readonly protocol: 'tcp';
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrBlocks: string[];
  readonly ipv6CidrBlocks: string[];
}

function rule(port: number, description: string): RuleArgs {
  const ports = { fromPort: port, toPort: port };
  return { description, protocol: 'tcp', ...ports, cidrBlocks: ['0.0.0.0/0'], ipv6CidrBlocks: ['::/0'] };
}
