const startedAt = Date.now();

/** A line about how far it is; results go to stdout. */
export function progress(line: string): void {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds}s  ${line}\n`);
}
