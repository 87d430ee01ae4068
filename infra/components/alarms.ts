import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { MESSAGE_RETENTION_SECONDS } from './defaults.ts';
import type { Scope } from './scope.ts';

export type AlarmActions = pulumi.Input<pulumi.Input<string>[]>;

/** An alarm for a metric that is 0, or low, while all is well. */
export interface AlarmSpec {
  /** Last part of the alarm's name. */
  readonly suffix: string;
  /** What happened, and what to do about it. */
  readonly description: string;
  readonly namespace: 'AWS/SNS' | 'AWS/SQS';
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  readonly statistic: 'Sum' | 'Maximum';
  /** The alarm goes off above it. @default 0 */
  readonly threshold?: pulumi.Input<number>;
}

/** One look a minute would find nothing sooner: SNS reports to CloudWatch every five minutes. */
const PERIOD_SECONDS = { 'AWS/SNS': 300, 'AWS/SQS': 60 };

/** The alarms, or none without `actions`. An empty list of actions makes alarms that only show in CloudWatch. */
export function createAlarms(
  scope: Scope,
  actions: AlarmActions | undefined,
  specs: readonly AlarmSpec[],
): cloudwatch.MetricAlarm[] {
  if (actions === undefined) return [];
  return specs.map((spec) => createAlarm(scope, actions, spec));
}

function createAlarm(
  { name, child, tags }: Scope,
  actions: AlarmActions,
  spec: AlarmSpec,
): cloudwatch.MetricAlarm {
  const { suffix, description, threshold = 0, ...metric } = spec;
  return new cloudwatch.MetricAlarm(
    `${name}${suffix}`,
    {
      // Fixed, as the names of what it watches: a person on call finds it by this name.
      name: `${name}${suffix}`,
      alarmDescription: description,
      ...metric,
      period: PERIOD_SECONDS[metric.namespace],
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold,
      // Neither service reports anything for what is not used.
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
      tags,
    },
    child,
  );
}

/** Events that people have not looked at for half the time that a dead-letter queue keeps them: then SQS deletes them, and says nothing. */
export function eventsExpire(deadLetterQueueArn: pulumi.Output<string>): AlarmSpec {
  return {
    suffix: 'EventsExpire',
    namespace: 'AWS/SQS',
    metricName: 'ApproximateAgeOfOldestMessage',
    dimensions: queueDimensions(deadLetterQueueArn),
    statistic: 'Maximum',
    threshold: MESSAGE_RETENTION_SECONDS / 2,
    description:
      'Events have been in the dead-letter queue for a week, which deletes them after two: take them out',
  };
}

/** SQS reports by the last part of a queue's ARN. */
export function queueDimensions(queueArn: pulumi.Output<string>): AlarmSpec['dimensions'] {
  return { QueueName: queueArn.apply((arn) => arn.split(':').at(-1) ?? '') };
}
