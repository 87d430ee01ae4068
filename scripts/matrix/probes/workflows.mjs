// biome-ignore lint/performance/noReExportAll: what a user's workflow module says.
export * from 'temporal-event-topic/workflows';
