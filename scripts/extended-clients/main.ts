// Shows that this package and AWS's extended clients understand each other: docs/spec/wire-format.md, "Claim check".
//
//   node --import tsx scripts/extended-clients/main.ts [--record]
//
// Against an emulator of SNS (FIFO, raw delivery), SQS and S3 in this process:
// - what this package publishes is read, byte for byte, by the clients for SQS in Java (version 2) and Python, but not by version
//   1.0 in Java, which takes the pointer for the message;
// - what the clients for SQS (also that version 1.0) and for SNS in Java and Python write is read by this package, with the
//   older name of the attribute too, where they have a setting for it.
//
// Tried with the versions in java/pom.xml, java-1/pom.xml and python/requirements.txt. Needs a JDK (11 or later), Maven and
// Python with pip; the packages go to a temporary folder. It fails when something is not read, or is not as recorded in
// docs/spec/vectors/extended-clients.json, which `--record` writes anew. The tests read that file and need none of this.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installPrograms, type Program } from './programs.ts';
import { letThemRead } from './reads.ts';
import { differences, type Recorded, readRecorded, record } from './recorded.ts';
import { Rig } from './rig.ts';
import { missingTools } from './tools.ts';
import { letThemWrite } from './writes.ts';

const { values: options } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
// The SDK would remind of newer Nodes.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const aborted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => aborted.abort());

const missing = await missingTools();
if (missing.length > 0) fail(missing.map((tool) => `Does not run here, and is needed: ${tool}`));
else await main().catch((error: Error) => fail([error.message]));

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'extended-clients-'));
  try {
    const programs = await installPrograms(folder, aborted.signal);
    const seen = await meet(programs);
    if (options.record) await record(seen);
    else fail(differences(seen, readRecorded()));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function meet(programs: readonly Program[]): Promise<Recorded> {
  const rig = await Rig.start();
  try {
    return { read: await letThemRead(rig, programs), written: await letThemWrite(rig, programs) };
  } finally {
    await rig.stop();
  }
}

function fail(reasons: readonly string[]): void {
  for (const reason of reasons) console.error(reason);
  if (reasons.length > 0) process.exitCode = 1;
}
