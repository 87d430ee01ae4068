import { DEFAULT_TASK_QUEUE } from '../common/names.ts';

/** What `event-topic-worker --help` prints. */
export const USAGE = `event-topic-worker: publishes the events of EventTopics to SNS. Configured by environment variables only.

  EVENT_TOPICS             JSON object: topic name -> SNS topic ARN, as the Pulumi stack prints it; or, instead of the ARN,
                           { "topicArn", "deadLetterQueueUrl": SQS queue for events that SNS refuses (default: they
                           park), "maxMessageBytes": the topic's MaximumMessageSize (default: 262144) }
  EVENT_TOPICS_FILE        a file with that JSON, instead
  EVENT_TOPIC_TASK_QUEUE   Temporal task queue (default: ${DEFAULT_TASK_QUEUE})
  EVENT_TOPIC_PATCHES      off: new runs do what the release before can replay, so that you may go back to it (default: on)
  EVENT_TOPIC_MAX_CACHED_WORKFLOWS   publishers that stay in memory between events (default: as many as half of the memory
                           that a container, or the machine, allows the process can hold; 0.2 MB each)
  EVENT_TOPIC_STACK_TRACES on: __stack_trace queries show where a publisher waits; publishing is slower (default: off)
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE   Temporal's own
  TEMPORAL_DEPLOYMENT_NAME, TEMPORAL_WORKER_BUILD_ID   both for Worker Versioning (default: the worker is not versioned)
  AWS_*                    the AWS SDK's standard chain; AWS_ENDPOINT_URL_SNS, _SQS for other endpoints
  HEALTH_ADDRESS           as 0.0.0.0:8080: answers GET /readyz and /livez there (default: nowhere)
  METRICS_ADDRESS          as 0.0.0.0:9464: Prometheus finds /metrics there (default: nowhere)
  OTEL_EXPORTER_OTLP_ENDPOINT, _METRICS_ENDPOINT   sends metrics there, unless METRICS_ADDRESS is set; also _PROTOCOL
                           (http/protobuf or grpc), _HEADERS, _METRICS_TEMPORALITY_PREFERENCE, OTEL_METRIC_EXPORT_INTERVAL
  LOG_FORMAT               text or json (default: text on a terminal, else json)
  LOG_LEVEL                TRACE, DEBUG, INFO (default), WARN, ERROR

Stops on SIGTERM and SIGINT: it is not ready any more, takes no more work, and ends when what is running has ended, 25 seconds
later at most. Exit codes: 0 stopped, 1 failed, 2 wrong configuration.
`;
