import { isEventTopicError } from '../../src/common/errors.ts';
import { devServer, findExecutable, thisMachine, timeSkippingServer } from '../../src/testing/executables.ts';
import { startTemporalDevServer, startTimeSkippingServer } from '../../src/testing/index.ts';

/** Runs once, before the processes that run the test files. */
export default async function setup(): Promise<void> {
  forgetTemporalConnection();
  await fetchServers().catch((error: unknown) => {
    throw isEventTopicError(error) ? messageOnly(error) : error;
  });
}

/** A developer's own Temporal (address, API key, …) is no business of the tests. */
function forgetTemporalConnection(): void {
  const kept = [devServer.variable, timeSkippingServer.variable] as string[];
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('TEMPORAL_') && !kept.includes(name)) delete process.env[name];
  }
}

/** Fetches missing servers here, so that test files running at the same time do not each download one. */
async function fetchServers(): Promise<void> {
  const machine = thisMachine();
  const servers = [
    { executable: devServer, start: startTemporalDevServer },
    { executable: timeSkippingServer, start: startTimeSkippingServer },
  ];
  for (const { executable, start } of servers) {
    if ('path' in (await findExecutable(executable, machine))) continue;
    await (await start()).teardown();
  }
}

/** Vitest prints every cause with its stack; the message already says all that helps. */
function messageOnly({ message }: Error): Error {
  const error = new Error(message);
  error.stack = String(error);
  return error;
}
