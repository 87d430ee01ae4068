import type { LogLevel } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** One line of an activity's log: its level and what its author said, without what Temporal adds. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What activities run in, and what they log: lines that an operator sees by default, of level INFO or higher. */
export class LoggedActivityEnvironment {
  readonly lines: LogLine[] = [];
  readonly #logger = new DefaultLogger('INFO', ({ level, message, meta = {} }) => {
    const added = Object.keys(this.environment.context.info);
    const facts = Object.entries(meta).filter(([name]) => !added.includes(name) && !ADDED.includes(name));
    this.lines.push({ level, message, facts: Object.fromEntries(facts) });
  });
  readonly environment = new MockActivityEnvironment({}, { logger: this.#logger });
}

/** What Temporal says of the activity in each line, beyond its info. */
const ADDED = ['sdkComponent', 'namespace', 'workflowId', 'runId', 'workflowRunId'];
