import { defineSignal, getExternalWorkflowHandle, log, startChild } from '@temporalio/workflow';
import { PAGE_WORKFLOW, RELEASE_PAGE_SIGNAL } from '../common/names.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { PageContent } from '../common/protocol/pages.ts';

const releasePageSignal = defineSignal(RELEASE_PAGE_SIGNAL);

/** True when a page workflow holds the entries. */
export async function holdInPage(page: string, entries: readonly PublishEntry[]): Promise<boolean> {
  try {
    await startChild<(content: PageContent) => Promise<void>>(PAGE_WORKFLOW, {
      workflowId: page,
      args: [{ entries }],
      // It outlives the run that made it: the publisher continues as new.
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      staticSummary: `Holds ${entries.length} events of a large backlog`,
    });
    return true;
  } catch (error) {
    log.warn('A page of the backlog could not be made', { page, error });
    return false;
  }
}

/** True when the page has been asked to give its events back. */
export async function releasePage(page: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(page).signal(releasePageSignal);
    return true;
  } catch (error) {
    log.error('A page of the backlog does not answer; was it terminated?', { page, error });
    return false;
  }
}
