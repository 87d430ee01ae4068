/**
 * The package's workflows. In your own worker: `export * from 'temporal-event-topic/workflows'` in the module that
 * `workflowsPath` names.
 *
 * @module
 */
export { eventTopicBacklogPage } from './backlog-page.ts';
export { eventTopicPublisher } from './publisher.ts';
