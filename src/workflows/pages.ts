import {
  defineSignal,
  getExternalWorkflowHandle,
  log,
  sleep,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { PAGE_RETRY_DELAY_MS } from '../common/defaults.ts';
import { PAGE_WORKFLOW, RELEASE_PAGE_SIGNAL } from '../common/names.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { PageContent } from '../common/protocol/pages.ts';
import { pagesNewest } from './patches.ts';
import type { Publisher } from './state/publisher.ts';

const releasePageSignal = defineSignal(RELEASE_PAGE_SIGNAL);

/** Moves a part of a backlog that is too large for the next run's input into a page. */
export async function spill(publisher: Publisher, topic: string): Promise<void> {
  const page = `event-topic-page/${topic}/${uuid4()}`;
  const { entries } = publisher.beginSpill(page, pagesNewest);
  const isHeld = await holdInPage(page, entries);
  publisher.endSpill(isHeld, Date.now());
  if (!isHeld) await sleep(PAGE_RETRY_DELAY_MS);
}

/** Asks a page for its events; it gives them back by signal. */
export async function askForPage(publisher: Publisher, page: string): Promise<void> {
  publisher.askedForPage(page, true);
  if (await releasePage(page)) return;
  // Meanwhile the others go on.
  void sleep(PAGE_RETRY_DELAY_MS).then(() => publisher.askedForPage(page, false));
}

/** True when a page workflow holds the entries. */
async function holdInPage(page: string, entries: readonly PublishEntry[]): Promise<boolean> {
  try {
    await startChild<(content: PageContent) => Promise<void>>(PAGE_WORKFLOW, {
      workflowId: page,
      args: [{ entries }],
      // It outlives the run that made it: the publisher continues as new.
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      staticSummary: `Holds ${entries.length} events of a large backlog`,
      staticDetails: whatToDo(workflowInfo().workflowId),
    });
    return true;
  } catch (error) {
    log.warn('A page of the backlog could not be made', { page, error });
    return false;
  }
}

/** For whoever finds the page open. It does not end by itself: it holds the only copy of what was accepted. */
function whatToDo(publisher: string): string {
  return [
    `The publisher \`${publisher}\` takes these events back as its queue drains; then this workflow ends by itself.`,
    'If somebody has terminated that publisher, nobody will ask for them any more: publish the messages of this workflow’s input (`entries`) again, which their msgIds keep safe, then terminate this workflow.',
  ].join('\n\n');
}

/** True when the page has been asked to give its events back. */
async function releasePage(page: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(page).signal(releasePageSignal);
    return true;
  } catch (error) {
    log.error('A page of the backlog does not answer; was it terminated?', { page, error });
    return false;
  }
}
