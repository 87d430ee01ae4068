import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { describe, expect, it } from 'vitest';
import { DEFAULT_STOP_TIMEOUT_SECONDS, WORKER_USER } from '../../infra/components/worker/worker-defaults.ts';
import { SHUTDOWN_GRACE_MS } from '../../src/common/defaults.ts';
import { readEnvironment } from '../../src/worker/environment.ts';
import { parseYaml } from './support/pulumi-engine.ts';
import { containerOf, secretArn, shopWorker } from './support/shop-worker.ts';

const folder = resolve(import.meta.dirname, '../../infra/kubernetes');
const EVENT_TOPICS = '{"Customer":"arn:aws:sns:eu-central-1:123456789012:CustomerEventTopic.fifo"}';
const selector = { matchLabels: { 'app.kubernetes.io/name': 'event-topic-worker' } };

interface Kustomization {
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly labels: readonly { readonly pairs: Record<string, string>; readonly includeTemplates: boolean }[];
  readonly configMapGenerator: readonly {
    readonly name: string;
    readonly behavior?: string;
    readonly literals: readonly string[];
  }[];
  readonly patches: readonly { readonly target: unknown; readonly patch: string }[];
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly valueFrom: { readonly secretKeyRef: unknown } }[];
}

interface Deployment {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: unknown;
    readonly replicas?: number;
    readonly template: {
      readonly metadata?: { readonly annotations: Record<string, string> };
      readonly spec: {
        readonly serviceAccountName: string;
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
        readonly containers: readonly Container[];
      };
    };
  };
}

const base = read<Kustomization>('base/kustomization.yaml');
const overlay = read<Kustomization>('overlays/example/kustomization.yaml');
const deployment = read<Deployment>('base/deployment.yaml');
const pod = deployment.spec.template.spec;

describe('the Kubernetes base', () => {
  it('is all that its folder holds', () => {
    const files = readdirSync(resolve(folder, 'base')).filter((file) => file !== 'kustomization.yaml');

    expect([...base.resources].sort()).toEqual(files.sort());
  });

  it('gives the worker as long to stop as the tasks of ECS have, more than it takes', () => {
    expect(pod.terminationGracePeriodSeconds).toBe(DEFAULT_STOP_TIMEOUT_SECONDS);
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(SHUTDOWN_GRACE_MS);
  });

  it('asks the worker whether it is ready and alive where it answers that', async () => {
    const { health } = await readEnvironment({ EVENT_TOPICS, ...literalsOf(base) });

    expect(health).toEqual({ host: '0.0.0.0', port: portOf(pod.containers[0], 'health') });
    expect(pod.containers[0]).toMatchObject({
      readinessProbe: { httpGet: { path: '/readyz', port: 'health' } },
      livenessProbe: { httpGet: { path: '/livez', port: 'health' } },
    });
  });

  it('runs as the user of the image, who may write nothing and become nobody else', () => {
    const { runAsUser, runAsGroup } = pod.securityContext;

    expect(`${runAsUser}:${runAsGroup}`).toBe(WORKER_USER);
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'worker',
          envFrom: [{ configMapRef: { name: 'event-topic-worker' } }],
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { memory: '2Gi' } },
        },
      ],
    });
  });

  it('selects its own pods, not all of the namespace', () => {
    expect(base.labels).toEqual([{ pairs: selector.matchLabels, includeTemplates: true }]);
    expect(deployment.spec.selector).toEqual(selector);
    expect(read('base/pod-disruption-budget.yaml')).toMatchObject({ spec: { maxUnavailable: 1, selector } });
    expect(read('base/network-policy.yaml')).toMatchObject({
      spec: { podSelector: selector, policyTypes: ['Ingress'] },
    });
  });

  it('leaves the number of pods to the autoscaler, which follows the CPU', () => {
    expect(deployment.spec.replicas).toBeUndefined();
    expect(read('base/horizontal-pod-autoscaler.yaml')).toMatchObject({
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.metadata.name },
        minReplicas: 2,
        metrics: [{ resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
      },
    });
  });

  it('has the service account that the pods use', () => {
    expect(read('base/service-account.yaml')).toMatchObject({ metadata: { name: pod.serviceAccountName } });
  });
});

describe('the example of an overlay', () => {
  it('merges what the worker is configured with into the ConfigMap of the base', async () => {
    const [[ofBase], [ofOverlay]] = [base.configMapGenerator, overlay.configMapGenerator];
    const config = literalsOf(overlay);

    expect(ofOverlay).toMatchObject({ name: ofBase?.name, behavior: 'merge' });
    expect(Object.keys(config)).toEqual(['EVENT_TOPICS', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']);
    const { topics } = await readEnvironment(config);
    expect(topics.map(({ topic }) => topic)).toEqual(['Customer']);
  });

  it('names the role of the service account', () => {
    expect(parseYaml(overlay.patches[0]?.patch ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: pod.serviceAccountName,
        annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/event-topic-worker' },
      },
    });
  });

  it('builds on folders that are there', () => {
    for (const path of [...overlay.resources, ...overlay.components])
      expect(readdirSync(resolve(folder, 'overlays/example', path))).toContain('kustomization.yaml');
  });
});

describe('the component for Prometheus', () => {
  const component = read<Kustomization>('components/prometheus/kustomization.yaml');
  const { spec } = parseYaml(component.patches[0]?.patch ?? '') as Deployment;

  it('lets Prometheus find the port at which the worker shows its metrics, and reach it', async () => {
    const { metrics } = await readEnvironment({ EVENT_TOPICS, ...literalsOf(component) });
    const port = portOf(spec.template.spec.containers[0], 'metrics');

    expect(metrics).toMatchObject({ prometheus: { bindAddress: `0.0.0.0:${port}` } });
    expect(spec.template.metadata?.annotations).toMatchObject({ 'prometheus.io/port': String(port) });
    expect(component.resources).toEqual(['network-policy.yaml']);
    expect(read('components/prometheus/network-policy.yaml')).toMatchObject({
      spec: { podSelector: selector, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 'metrics' }] }] },
    });
  });
});

function portOf(container: Container | undefined, name: string): number | undefined {
  return container?.ports?.find((port) => port.name === name)?.containerPort;
}

describe('every variable', () => {
  const components = ['temporal-api-key', 'temporal-client-certificate'];

  it('of Kubernetes is one that the worker reads', async () => {
    const ofSecrets = components.flatMap(secretVariables);
    const prometheus = read<Kustomization>('components/prometheus/kustomization.yaml');
    const names = [
      ...[base, overlay, prometheus].flatMap((one) => Object.keys(literalsOf(one))),
      ...ofSecrets,
    ];

    expect(names).toHaveLength(9);
    const known = await variablesThatTheWorkerReads();
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it('of the tasks of ECS is one that the worker reads', async () => {
    const tls = { certSecretArn: secretArn('cert'), keySecretArn: secretArn('key') };
    const temporal = { address: 'temporal:7233', namespace: 'shop', taskQueue: 'shop' };
    const [apiKeySecretArn, read] = [secretArn('api'), await variablesThatTheWorkerReads()];
    for (const credentials of [{ tls }, { apiKeySecretArn }]) {
      const container = containerOf(await shopWorker({ temporal: { ...temporal, ...credentials } }));
      const { environment, secrets } = container as Record<string, { name: string }[]>;
      const names = [...(environment ?? []), ...(secrets ?? [])].map(({ name }) => name);

      expect(names.length).toBeGreaterThan(5);
      expect(names.filter((name) => !read.has(name))).toEqual([]);
    }
  });

  it.each(components)('of a secret is by reference: %s', (component) => {
    for (const { valueFrom } of containerOfPatch(component).env)
      expect(valueFrom).toEqual({
        secretKeyRef: { name: 'event-topic-worker-temporal', key: expect.any(String) },
      });
  });

  function secretVariables(component: string): string[] {
    return containerOfPatch(component).env.map(({ name }) => name);
  }

  function containerOfPatch(component: string): Container {
    const { patches } = read<Kustomization>(`components/${component}/kustomization.yaml`);
    const patch = parseYaml(patches[0]?.patch ?? '') as Deployment;
    const [container] = patch.spec.template.spec.containers;
    expect([patch.metadata.name, container?.name]).toEqual([
      deployment.metadata.name,
      pod.containers[0]?.name,
    ]);
    return container as Container;
  }
});

/** Recorded while the worker's own code reads its environment. */
async function variablesThatTheWorkerReads(): Promise<Set<string>> {
  const read = new Set<string>();
  const values: Record<string, string> = { EVENT_TOPICS };
  const env = new Proxy(values, {
    get(target, name) {
      read.add(String(name));
      return target[String(name)];
    },
  });
  await readEnvironment(env);
  loadClientConnectConfig({ overrideEnvVars: env, disableFile: true });
  return read;
}

function literalsOf({ configMapGenerator }: Kustomization): Record<string, string> {
  const literals = configMapGenerator.flatMap((generator) => generator.literals);
  return Object.fromEntries(
    literals.map((literal) => [literal.split('=')[0] ?? '', literal.slice(literal.indexOf('=') + 1)]),
  );
}

function read<T = unknown>(path: string): T {
  return parseYaml(readFileSync(resolve(folder, path), 'utf8')) as T;
}
