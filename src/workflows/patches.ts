// Every patch of the workflows: since which version it is there, what the old way was, and when it may go. CONTRIBUTING, "Changing workflow code".
import { patched } from '@temporalio/workflow';

/**
 * Since 0.3.0. Before it begins in the middle of a stream, a publisher asks what came before. The old way: it began with the lowest event that came
 * within the settle time, and an earlier one whose hand-over was lost came behind it. May go when no run of 0.2.0 is open any more.
 */
export function asksBeforeBeginning(): boolean {
  return patched('event-topic-ask-before-beginning');
}

/**
 * Since 0.4.0. The first page of a backlog takes its newest events. The old way: it took the oldest but fifty, which were needed next: a queue just
 * larger than memory went through a page for every fifty events. May go when no run of 0.3.0 is open any more.
 */
export function pagesNewest(): boolean {
  return patched('event-topic-page-newest');
}
