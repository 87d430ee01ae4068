import { nodeVersionNotice } from '../../worker/node-version.ts';
import type { CliContext } from '../context.ts';
import type { DevPlan } from './dev-plan.ts';
import { variablesOf, writeEnvFile } from './environment.ts';
import { beTold } from './patience.ts';
import { choosePorts } from './ports.ts';
import { printReady, toReady } from './ready.ts';
import { type DevSystem, startSystem } from './system.ts';
import { installWorkerLogs } from './worker-logs.ts';

/** Runs everything until the user has enough, or a part ends by itself: then it throws. */
export async function runDev(plan: DevPlan, context: CliContext): Promise<void> {
  const { signal, output, env } = context;
  const [temporal = 0, ui = 0, aws = 0] = await choosePorts([
    { option: '--port', server: 'Temporal', port: plan.ports.temporal },
    { option: '--ui-port', server: "Temporal's UI", port: plan.ports.ui },
    { option: '--aws-port', server: 'SNS and SQS', port: plan.ports.aws },
  ]);
  beTold(process, () =>
    output.note('Still ending …; once more leaves at once, and may leave Temporal running'),
  );
  installWorkerLogs(env, signal);
  const notice = nodeVersionNotice(env, process.versions.node);
  if (notice) output.note(notice);
  const interrupted = whenAborted(signal);
  try {
    const system = await startSystem({ ...plan, ports: { temporal, ui, aws } }, context);
    await announce(system, plan, context);
    await Promise.race([interrupted, system.failed]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function announce(system: DevSystem, { envFile }: DevPlan, { output }: CliContext): Promise<void> {
  const variables = variablesOf(system, system.provisioned);
  if (envFile !== undefined) await writeEnvFile(envFile, variables);
  printReady(output, toReady(system, variables), envFile);
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
