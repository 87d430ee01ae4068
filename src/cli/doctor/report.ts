import type { Output } from '../output/output.ts';
import type { Finding, Level } from './finding.ts';

/** What `--json` prints. Part of the command line's interface: fields are added, never changed. */
export interface Report {
  /** False when something is wrong; warnings are no reason. */
  readonly healthy: boolean;
  readonly counts: Readonly<Record<Level, number>>;
  /** In the order in which an event passes them. */
  readonly findings: readonly Finding[];
}

export function toReport(findings: readonly Finding[]): Report {
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  const counts = { ok: count('ok'), warn: count('warn'), wrong: count('wrong') };
  return { healthy: counts.wrong === 0, counts, findings };
}

/** A line for each finding, and one for what to do about it. */
export function printReport(output: Output, report: Report): void {
  if (output.isJson) {
    output.result(report, () => []);
    return;
  }
  const width = Math.max(0, ...report.findings.map(({ check }) => check.length));
  for (const finding of report.findings) {
    output.item(
      finding,
      ({ level, check, fact }) => `${level.padEnd(5)}  ${check.padEnd(width)}  ${nameOf(finding)}: ${fact}`,
    );
    if (finding.next) output.item(finding, ({ next }) => `       ${''.padEnd(width)}  next: ${next}`);
  }
  const { ok, warn, wrong } = report.counts;
  output.note(`${wrong} wrong, ${warn} to know, ${ok} ok`);
}

/** Of an ARN its end: people know their topics and queues by that. */
function nameOf({ subject }: Finding): string {
  return subject.startsWith('arn:') ? subject.slice(subject.lastIndexOf(':') + 1) : subject;
}
