// What publisher and pages say to each other.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishEntry } from './entry.ts';

/** Argument of the page workflow, and of the signal by which it gives its events back. */
export interface PageContent {
  readonly entries: readonly PublishEntry[];
}

/** Argument of the signal by which a page gives its events back. */
export interface LoadedPage extends PageContent {
  readonly page: string;
}

/** Events that a page workflow holds for a publisher. */
export interface BacklogPage {
  /** Workflow id of the page. */
  readonly page: string;
  /** How many events it holds. */
  readonly count: number;
}

/** Early arrivals that a page holds. */
export interface EarlyPage extends BacklogPage {
  /** Lowest position among them. */
  readonly from: number;
}
