import * as pulumi from '@pulumi/pulumi';

/** A resource as the program registered it with Pulumi's engine. Resources are referred to as `type name`. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly parent: string;
  /** What it waits for, whether stated (`dependsOn`) or implied by an input. */
  readonly dependencies: readonly string[];
  /** Whether Pulumi refuses to delete it; absent when it does not. */
  readonly protect?: true;
  /** The provider that makes it, when it is not the default one. */
  readonly provider?: string;
}

export interface Registrations {
  readonly all: readonly Registration[];
  /** The stack's outputs as plain values. */
  readonly outputs: unknown;
  get(reference: string): Registration;
}

/** The part of Pulumi's mock monitor that sees parents and dependencies, which `Mocks` does not. */
interface Monitor {
  registerResource(request: RegisterRequest, callback: unknown): Promise<void>;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getProvider(): string;
}

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';
export const snsArn = (name: string): string => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
export const sqsArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const sqsUrl = (name: string): string => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;

export const keyArn = (name: string): string => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${name}`;
export const policyArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:policy/${name}-1`;
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}-1`;

/** What AWS would answer, by the beginning of the resource's type. */
const OUTPUTS: Readonly<Record<string, (name: string) => Record<string, string>>> = {
  'aws:sns/topic:': (name) => ({ arn: snsArn(name) }),
  'aws:sqs/queue:': (name) => ({ arn: sqsArn(name), url: sqsUrl(name) }),
  'aws:kms/key:': (name) => ({ arn: keyArn(name) }),
  'aws:iam/policy:': (name) => ({ arn: policyArn(name) }),
  'aws:iam/role:': (name) => ({ arn: roleArn(name), name: `${name}-1` }),
  'aws:s3/bucket:': (name) => ({
    arn: `arn:aws:s3:::${name.toLowerCase()}`,
    bucket: name.toLowerCase(),
  }),
  'aws:cloudwatch/logGroup:': (name) => ({ arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}` }),
};

const mocks: pulumi.runtime.Mocks = {
  newResource({ type, name, inputs, custom }) {
    if (!custom) return { id: undefined, state: {} };
    const answer = Object.entries(OUTPUTS).find(([prefix]) => type.startsWith(prefix))?.[1];
    return {
      id: `${name}-id`,
      state: { ...inputs, ...answer?.(inputs.name ?? inputs.bucket ?? name) },
    };
  },
  call: ({ token }) => {
    throw new Error(`unexpected call of ${token}`);
  },
};

/** Runs a program under Pulumi's mocks and returns everything it registered, the stack itself left out. */
export async function registrationsOf(program: () => unknown): Promise<Registrations> {
  const all: Registration[] = [];
  const inputsOf = new Map<string, Record<string, unknown>>();
  const recording: pulumi.runtime.Mocks = {
    call: mocks.call,
    newResource(args) {
      inputsOf.set(`${args.type} ${args.name}`, args.inputs);
      return mocks.newResource(args);
    },
  };
  // Named, since another program may have run in this process.
  await pulumi.runtime.setMocks(recording, 'project', 'stack');
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    await register(request, callback);
    const [type, name] = [request.getType(), request.getName()];
    if (type === pulumi.runtime.rootPulumiStackTypeName) return;
    const inputs = inputsOf.get(`${type} ${name}`) ?? {};
    const dependencies = request.getDependenciesList().map(reference).sort();
    const parent = reference(request.getParent());
    const provider = request.getProvider();
    all.push({
      ...{ type, name, inputs, parent, dependencies },
      ...(request.getProtect() ? { protect: true } : {}),
      ...(provider === '' ? {} : { provider: reference(provider) }),
    });
  };
  const outputs = await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  return { all, outputs, get: (wanted) => find(all, wanted) };
}

function find(all: readonly Registration[], wanted: string): Registration {
  const found = all.find(({ type, name }) => `${type} ${name}` === wanted);
  if (found === undefined) {
    throw new Error(
      `${wanted} was not registered, only ${all.map(({ type, name }) => `${type} ${name}`).join(', ')}`,
    );
  }
  return found;
}

function reference(urn: string): string {
  const [, , qualifiedType = '', name = ''] = urn.split('::');
  return `${qualifiedType.split('$').at(-1)} ${name}`;
}
