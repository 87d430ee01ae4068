import {
  CancellationScope,
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { LOAD_PAGE_SIGNAL, RELEASE_PAGE_SIGNAL } from '../common/names.ts';
import type { LoadedPage, PageContent } from '../common/protocol/pages.ts';

const releaseSignal = defineSignal(RELEASE_PAGE_SIGNAL);
const loadSignal = defineSignal<[LoadedPage]>(LOAD_PAGE_SIGNAL);

/**
 * Holds a part of a publisher's backlog, in the order in which it was accepted, until the publisher asks for it. Its own
 * input is the storage: no run of the publisher has to carry these events.
 */
export async function eventTopicBacklogPage({ entries }: PageContent): Promise<void> {
  let isReleased = false;
  setHandler(releaseSignal, () => {
    isReleased = true;
  });
  // A cancelled page would lose its events, as a cancelled publisher would.
  await CancellationScope.nonCancellable(async () => {
    do {
      await condition(() => isReleased);
      isReleased = false;
    } while (!(await giveBack(entries)));
  });
}

/** Once the publisher has the signal in its history, the page is no longer needed. */
async function giveBack(entries: PageContent['entries']): Promise<boolean> {
  const { workflowId: page, parent } = workflowInfo();
  if (parent === undefined) return false;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(loadSignal, { page, entries });
    return true;
  } catch (error) {
    log.warn('The publisher of this page cannot be reached', { publisher: parent.workflowId, error });
    return false;
  }
}
