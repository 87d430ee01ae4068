import { isEventTopicError, rootMessage } from '../../common/errors.ts';
import { loadPeer } from '../../common/load-peer.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type ConnectionArgs, connectionOptions } from '../options/connection-options.ts';
import { connect } from '../temporal/connect.ts';
import type { DoctorTargets } from './doctor.ts';
import type { Finding } from './finding.ts';
import { printReport, toReport } from './report.ts';
import { type TopicRef, type TopicSelection, topicRefs } from './topic-refs.ts';

export const doctorCommand = defineCommand({
  usage: 'doctor [topic]',
  summary: 'Check Temporal, workers, topics, queues, clock and permissions, with what to do about each fault',
  positionals: {
    topic: { type: 'string', describe: 'Name of the topic, as Customer. Default: those of EVENT_TOPICS' },
  },
  options: {
    ...connectionOptions,
    'topic-arn': {
      type: 'string',
      array: true,
      describe: 'ARNs of SNS topics to look at. Default: those of EVENT_TOPICS, as the worker has them',
      group: 'Topic:',
    },
  },
  examples: [
    ['event-topic doctor', 'Everything about the topics of EVENT_TOPICS'],
    ['event-topic doctor Customer --json', 'One topic, for a program; exit code 3 when something is wrong'],
  ],
  async run(args, context) {
    const report = toReport(await findingsOf(args, context));
    printReport(context.output, report);
    return report.healthy ? undefined : EXIT.wrong;
  },
});

async function findingsOf(
  args: ConnectionArgs & TopicSelection,
  context: CliContext,
): Promise<readonly Finding[]> {
  const { nodeVersionNotice } = await import('../../worker/node-version.ts');
  const notice = nodeVersionNotice(context.env, process.versions.node);
  if (notice) context.output.note(notice);
  // Read first: a wrong EVENT_TOPICS is told at once.
  const topics = await topicsOf(args, context.env);
  const temporal = await connect(args, context).catch((error: unknown) => notConnected(error));
  const { diagnose } = await loadPeer(AWS_CLIENTS, () => import('./doctor.ts'));
  return diagnose({ temporal, topics });
}

const AWS_CLIENTS = '@aws-sdk/client-sns @aws-sdk/client-sqs';

async function topicsOf(selection: TopicSelection, env: NodeJS.ProcessEnv): Promise<readonly TopicRef[]> {
  const { readTopics } = await loadPeer(AWS_CLIENTS, () => import('../../worker/environment/topics.ts'));
  return topicRefs(selection, env, readTopics);
}

/** That Temporal does not answer is a finding; that the command line is wrong is an error. */
function notConnected(error: unknown): DoctorTargets['temporal'] {
  if (!isEventTopicError(error, 'TEMPORAL_UNREACHABLE')) throw error;
  const { details, cause } = error;
  return {
    address: String(details['address']),
    reason: cause instanceof Error ? rootMessage(cause) : String(cause),
  };
}
