import type * as pulumi from '@pulumi/pulumi';
import type { Tags } from '../scope.ts';
import type { PublisherConfig } from '../topic/event-topic.ts';

/** An EventTopic, or what is known of one that another stack of the same account deployed. */
export interface PublishedEventTopic {
  /** Aggregate name. */
  readonly name: string;
  readonly publisherConfig: pulumi.Input<PublisherConfig>;
  readonly publisherPolicyArn: pulumi.Input<string>;
}

/**
 * How the worker proves to Temporal who it is: by an API key (Temporal Cloud), by a client certificate, or not at all. Secrets are
 * those of AWS Secrets Manager by their full ARN, to which a JSON key may be added as ECS writes it: `<arn>:<key>::`.
 */
export type TemporalCredentials =
  | { readonly apiKeySecretArn?: pulumi.Input<string>; readonly tls?: never }
  | { readonly tls: TemporalClientCertificate; readonly apiKeySecretArn?: never };

/** PEM texts. */
export interface TemporalClientCertificate {
  readonly certSecretArn: pulumi.Input<string>;
  readonly keySecretArn: pulumi.Input<string>;
}

export type TemporalArgs = TemporalCredentials & {
  /** Host and port, as `shop.a1b2c.tmprl.cloud:7233`. Without a port it is 7233. */
  readonly address: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  /** Task queue of the publisher workflows, as the clients have it. @default 'event-topic' */
  readonly taskQueue?: pulumi.Input<string>;
  /** ARN of the customer key of KMS that encrypts the secrets. @default none, the account's own key of Secrets Manager */
  readonly secretsKmsKeyArn?: pulumi.Input<string>;
};

/** A metric of CloudWatch that somebody reports, such as the backlog of the task queue divided by the number of tasks. */
export interface BacklogMetric {
  readonly namespace: pulumi.Input<string>;
  readonly metricName: pulumi.Input<string>;
  /** @default none */
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
  /** The average of a minute that is wanted, above 0. The metric must fall as tasks are added. */
  readonly target: pulumi.Input<number>;
}

export interface WorkerAutoscaling {
  /** Tasks at least, 1 or more. @default 2, or `maxCount` if that is less */
  readonly minCount?: pulumi.Input<number>;
  /** Tasks at most. */
  readonly maxCount: pulumi.Input<number>;
  /** Average CPU in percent to keep to, 10 to 90. @default 60, without a `backlog` */
  readonly cpuPercent?: pulumi.Input<number>;
  /** Scale by this metric, and not by CPU. @default none */
  readonly backlog?: BacklogMetric;
}

export interface EventTopicWorkerArgs {
  /**
   * Image of the worker (infra/worker-image), best by digest: of a registry that needs no password, or of ECR, and the execution role may
   * then pull it.
   */
  readonly image: pulumi.Input<string>;

  /** What the worker publishes: at least one, each once. Its task role gets their publisher policies. */
  readonly eventTopics: readonly PublishedEventTopic[];

  readonly temporal: TemporalArgs;

  /** ARN of the ECS cluster, of the component's account and region. @default one is created */
  readonly cluster?: pulumi.Input<string>;

  /** Whether the cluster that is created reports Container Insights, which CloudWatch charges for. @default false */
  readonly containerInsights?: boolean;

  /** Ids of the subnets: at least one, best in several availability zones. */
  readonly subnets: pulumi.Input<pulumi.Input<string>[]>;

  /** Ids of the tasks' security groups. @default one is created in `vpcId`, that lets nothing in, and out only HTTPS and to Temporal's port */
  readonly securityGroups?: pulumi.Input<pulumi.Input<string>[]>;

  /** Id of the subnets' VPC, for the security group that is created. @default none, `securityGroups` are given */
  readonly vpcId?: pulumi.Input<string>;

  /** Whether tasks get a public address: in public subnets they reach AWS only with one. @default false */
  readonly assignPublicIp?: pulumi.Input<boolean>;

  /** CPU of a task in units of a 1,024th of a vCPU: 256 to 16,384, as Fargate has it. @default 1024 */
  readonly cpu?: pulumi.Input<number>;

  /** Memory of a task in MiB, as Fargate has it for that CPU. @default 2048 */
  readonly memory?: pulumi.Input<number>;

  /**
   * What the image is built for. ARM64 costs a fifth less; an image for the other architecture does not start.
   * @default 'X86_64', which image builds on most build machines give
   */
  readonly cpuArchitecture?: pulumi.Input<'X86_64' | 'ARM64'>;

  /** Number of tasks: 0 or more. With `autoscaling` only where it begins. @default 2, or the nearest that `autoscaling` allows */
  readonly desiredCount?: pulumi.Input<number>;

  /** Who changes the number of tasks. @default none, it stays at `desiredCount` */
  readonly autoscaling?: WorkerAutoscaling;

  /** Seconds that a task may take to stop: 30 to 120, as the worker gives running activities 25. @default 40 */
  readonly stopTimeoutSeconds?: pulumi.Input<number>;

  /** Further variables of the worker's environment, as `LOG_LEVEL`. None that the component sets. @default none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;

  /** Days for which CloudWatch keeps the worker's log: what CloudWatch takes, 1 to 3,653. @default 30 */
  readonly logRetentionDays?: pulumi.Input<number>;

  /**
   * ARN of a customer key of KMS that encrypts the log. Its key policy lets `logs.<region>.amazonaws.com` use it.
   * @default none, CloudWatch's own key
   */
  readonly logKmsKeyArn?: pulumi.Input<string>;

  /**
   * Whether people may open a shell in the tasks (ECS Exec). It makes the file system of the container writable and adds permissions to the
   * task role, because ECS needs both.
   * @default false
   */
  readonly enableExecuteCommand?: boolean;

  /** Tags of every resource that takes some, and of the tasks, added to the provider's default tags. @default none */
  readonly tags?: Tags;
}
