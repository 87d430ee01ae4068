/**
 * To be imported first, and only where no workflows but this package's run: it holds for all of the worker.
 *
 * The SDK notes for each promise of a workflow where it was made, for `__stack_trace` queries. Finding that out is up to a fifth of what a
 * publisher costs. Without frames to find it is next to nothing; errors keep their types and messages.
 *
 * @module
 */

// Not an assignment: a worker that shares its context among workflows, and loads this too late, has frozen it.
Reflect.set(Error, 'stackTraceLimit', 0);
