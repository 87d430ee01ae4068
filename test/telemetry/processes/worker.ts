// A worker whose process is traced; with `TEMPORAL_SPANS`, Temporal's own OpenTelemetry plugin traces too.
import { SNSClient } from '@aws-sdk/client-sns';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { SnsFifoPublisher } from '../../../src/activities/index.ts';
import { createEventTopicWorker } from '../../../src/worker.ts';
import { resource, traceToStdout } from './tracing.ts';

const { TEMPORAL_ADDRESS, TASK_QUEUE, TOPIC_ARN = '', TEMPORAL_SPANS } = process.env;
const spanProcessor = traceToStdout();
Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: ['SIGTERM'] });
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const worker = await createEventTopicWorker({
  connection,
  taskQueue: TASK_QUEUE,
  topics: [
    { topic: 'Customer', publisher: new SnsFifoPublisher({ topicArn: TOPIC_ARN, client: new SNSClient() }) },
  ],
  ...(TEMPORAL_SPANS ? { plugins: [new OpenTelemetryPlugin({ resource, spanProcessor })] } : {}),
});
process.stderr.write('running\n');
await worker.run();
await connection.close();
