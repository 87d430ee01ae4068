/**
 * The package's workflows, as {@link createEventTopicWorker} runs them: faster, and without stack traces.
 *
 * @module
 */
import './no-stack-traces.ts';

export * from './index.ts';
