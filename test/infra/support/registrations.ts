import * as pulumi from '@pulumi/pulumi';

/** A resource as the program registered it with Pulumi's engine. Resources are referred to as `type name`. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly parent: string;
  /** What it waits for, whether stated (`dependsOn`) or implied by an input. */
  readonly dependencies: readonly string[];
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
}

export const ACCOUNT = '123456789012';
export const snsArn = (name: string): string => `arn:aws:sns:eu-central-1:${ACCOUNT}:${name}`;
export const sqsArn = (name: string): string => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;
export const sqsUrl = (name: string): string => `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/${name}`;

const mocks: pulumi.runtime.Mocks = {
  newResource({ type, name, inputs, custom }) {
    if (!custom) return { id: undefined, state: {} };
    const physical: string = inputs.name;
    const outputs = type.startsWith('aws:sqs')
      ? { arn: sqsArn(physical), url: sqsUrl(physical) }
      : { arn: snsArn(physical) };
    return { id: `${name}-id`, state: { ...inputs, ...outputs } };
  },
  call: ({ token }) => {
    throw new Error(`unexpected call of ${token}`);
  },
};

/** Runs a program under Pulumi's mocks and returns everything it registered, the stack itself left out. */
export async function registrationsOf(program: () => unknown): Promise<Registrations> {
  const all: Registration[] = [];
  const inputsOf = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks({
    call: mocks.call,
    newResource(args) {
      inputsOf.set(`${args.type} ${args.name}`, args.inputs);
      return mocks.newResource(args);
    },
  });
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    await register(request, callback);
    const [type, name] = [request.getType(), request.getName()];
    if (type === pulumi.runtime.rootPulumiStackTypeName) return;
    const inputs = inputsOf.get(`${type} ${name}`) ?? {};
    const dependencies = request.getDependenciesList().map(reference).sort();
    all.push({ type, name, inputs, parent: reference(request.getParent()), dependencies });
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
