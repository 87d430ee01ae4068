/** `warn`: it works, and somebody should know. `wrong`: events do not get where they should. */
export type Level = 'ok' | 'warn' | 'wrong';

/** What came of one check. */
export interface Finding {
  readonly level: Level;
  /** What was looked at: `namespace`, `queue`. */
  readonly check: string;
  /** Which one: its name, address or ARN. */
  readonly subject: string;
  /** What was found, and what it means. */
  readonly fact: string;
  /** What to do about it. Absent when there is nothing to do. */
  readonly next?: string;
}

/** What one check looks at; it makes the findings about it. */
export interface Subject {
  ok(fact: string): Finding;
  warn(fact: string, next: string): Finding;
  wrong(fact: string, next: string): Finding;
}

export function about(check: string, subject: string): Subject {
  return {
    ok: (fact) => ({ level: 'ok', check, subject, fact }),
    warn: (fact, next) => ({ level: 'warn', check, subject, fact, next }),
    wrong: (fact, next) => ({ level: 'wrong', check, subject, fact, next }),
  };
}
