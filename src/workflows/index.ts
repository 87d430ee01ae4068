/**
 * The package's workflows. In your own worker: `export * from 'temporal-event-topic/workflows'` in the module that
 * `workflowsPath` names.
 *
 * @module
 */
export { eventTopicBacklogPage } from './backlog-page.ts';
export { eventTopicLayout } from './layout.ts';
export { eventTopicParked } from './parked-marker.ts';
export { eventTopicPublisher } from './publisher.ts';
export { eventTopicRelay } from './relay.ts';
export { eventTopicRepublish } from './republish.ts';
export { eventTopicVerify } from './verify.ts';
