import { facts, type TableView, table, type View } from '../output/view.ts';
import type { TopicStatus, TopicSummary } from './topic-status.ts';

export function topicsView({ topics }: { readonly topics: readonly TopicSummary[] }): TableView {
  return table(
    ['topic', 'parked', 'open publishers', 'partitions', 'relay'],
    topics.map(({ topic, parked, openPublishers, partitions, relay }) => [
      topic,
      parked,
      openPublishers,
      partitions ?? '-',
      relay ? 'running' : '-',
    ]),
    'Temporal knows no topic here.',
  );
}

export function topicView(status: TopicStatus): readonly View[] {
  const { topic, ordering, partitions, openPublishers, parked, relay, partitionList } = status;
  return [
    facts([
      ['topic', topic],
      ['ordering', ordering ?? 'not known'],
      ['partitions', partitions ?? 'none, a publisher for each aggregate'],
      ['open publishers', openPublishers],
      ['parked', parked],
      ['relay', relay ? 'running' : 'none runs'],
    ]),
    ...(partitionList
      ? [
          table(
            ['partition', 'state', 'aggregates', 'waiting', 'parked', 'workflow'],
            partitionList.map(({ index, state, aggregates, pending, parked: held, workflowId }) => [
              index,
              state,
              aggregates,
              pending,
              held,
              workflowId,
            ]),
            '',
          ),
        ]
      : []),
  ];
}
