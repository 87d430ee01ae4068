/**
 * The package's workflows, as {@link createEventTopicWorker} runs them: faster, and without stack traces.
 *
 * @module
 */
import './no-stack-traces.ts';

// biome-ignore lint/performance/noReExportAll: all there are, also those to come.
export * from './index.ts';
