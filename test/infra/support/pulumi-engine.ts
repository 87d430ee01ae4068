import { createRequire } from 'node:module';

// Pulumi's own copies: its host talks to exactly these.
const require = createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi'));
const grpc = require('@grpc/grpc-js');
const struct = require('google-protobuf/google/protobuf/struct_pb.js');
const empty = require('google-protobuf/google/protobuf/empty_pb.js');
const resource = require('./proto/resource_pb.js');
const engine = require('./proto/engine_pb.js');
const { ResourceMonitorService } = require('./proto/resource_grpc_pb.js');
const { EngineService } = require('./proto/engine_grpc_pb.js');

/** The script that Pulumi's language host for Node.js starts, and a YAML parser. */
export const pulumiRun: string = require.resolve('./cmd/run');
export const parseYaml: (text: string) => unknown = require('js-yaml').load;

export interface FakePulumiEngine {
  readonly address: string;
  /** `type name` of everything that was registered. */
  readonly registered: readonly string[];
  /** Registered outputs by `type name`. */
  readonly outputs: ReadonlyMap<string, Record<string, unknown>>;
  /** What would be shown to the user. */
  readonly messages: readonly string[];
  stop(): void;
}

type Reply = (error: null, response: unknown) => void;

/** Just enough of the engine that `pulumi up` would start for a program to run to its end: every resource exists at once. */
export async function startFakePulumiEngine(): Promise<FakePulumiEngine> {
  const registered: string[] = [];
  const outputs = new Map<string, Record<string, unknown>>();
  const messages: string[] = [];

  const server = new grpc.Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: (_: unknown, reply: Reply) => reply(null, new resource.SupportsFeatureResponse()),
    signalAndWaitForShutdown: (_: unknown, reply: Reply) => reply(null, new empty.Empty()),
    registerResource: ({ request }: { request: RegisterRequest }, reply: Reply) => {
      registered.push(`${request.getType()} ${request.getName()}`);
      reply(null, registration(request));
    },
    registerResourceOutputs: ({ request }: { request: OutputsRequest }, reply: Reply) => {
      outputs.set(request.getUrn(), request.getOutputs().toJavaScript());
      reply(null, new empty.Empty());
    },
  });
  server.addService(EngineService, {
    setRootResource: (_: unknown, reply: Reply) => reply(null, new engine.SetRootResourceResponse()),
    log: ({ request }: { request: LogRequest }, reply: Reply) => {
      if (request.getSeverity() > engine.LogSeverity.DEBUG) messages.push(request.getMessage());
      reply(null, new empty.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      '127.0.0.1:0',
      grpc.ServerCredentials.createInsecure(),
      (error: Error | null, bound: number) => (error === null ? resolve(bound) : reject(error)),
    );
  });
  return { address: `127.0.0.1:${port}`, registered, outputs, messages, stop: () => server.forceShutdown() };
}

interface Message {
  toJavaScript(): Record<string, unknown>;
}

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getObject(): Message;
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Message;
}

interface LogRequest {
  getSeverity(): number;
  getMessage(): string;
}

/** URN and, for a resource of a provider, an ID, an ARN and a URL made of its name. */
function registration(request: RegisterRequest): unknown {
  const name = request.getName();
  const response = new resource.RegisterResourceResponse();
  response.setUrn(`${request.getType()} ${name}`);
  if (request.getCustom()) {
    const state = { ...request.getObject().toJavaScript(), arn: `arn of ${name}`, url: `url of ${name}` };
    response.setId(name);
    response.setObject(struct.Struct.fromJavaScript(state));
  }
  return response;
}
