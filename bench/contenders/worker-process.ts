import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  type Worker,
} from '@temporalio/worker';
import { serve } from '../child.ts';
import type { Setting } from '../types.ts';
import { type Usage, usageOfThisProcess } from '../usage.ts';

/** What a worker's process is told when it is forked, as JSON in `BENCH_WORKER`. */
export interface WorkerSetting extends Setting {
  readonly taskQueue: string;
}

const answers = { usage: (): Usage => usageOfThisProcess() };

export type WorkerProcess = typeof answers;

/** Body of a worker's process. */
export async function runWorker(
  create: (connection: NativeConnection, setting: WorkerSetting) => Promise<Worker>,
): Promise<void> {
  const setting = JSON.parse(process.env['BENCH_WORKER'] ?? '') as WorkerSetting;
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter, forward: {} } },
  });
  const connection = await NativeConnection.connect({ address: setting.temporalAddress });
  const worker = await create(connection, setting);
  const running = worker.run();
  serve(answers);
  await running;
}
