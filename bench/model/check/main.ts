// Runs the project at a pace, and compares what that took with what the model says: node --import tsx bench/model/check/main.ts [--record]
import { parseArgs } from 'node:util';
import { versions } from '../../machine.ts';
import { progress } from '../../progress.ts';
import { Rig } from '../../rig.ts';
import { rounded } from '../../tables.ts';
import { measuredCosts } from '../measured.ts';
import { historyEventsOf } from '../traffic.ts';
import { CASES, type CheckCase, coresOfOneWorker, predicted } from './cases.ts';
import { type Checked, writeCheck } from './record.ts';
import { runCase } from './run-case.ts';

const { values: options } = parseArgs({
  options: {
    /** A part of a case's name. Default: all cases. */
    only: { type: 'string', default: '' },
    /** Write what came of it beside this file, for the model and the guide. */
    record: { type: 'boolean', default: false },
  },
});

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const measured = measuredCosts();
const rig = await Rig.start(undefined);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void rig.stop());
try {
  await rig.behave();
  const cases: Checked[] = [];
  for (const one of CASES.filter(({ name }) => name.includes(options.only))) {
    await rig.renewTemporal();
    cases.push(await checked(one));
  }
  if (options.record) writeCheck(cases, versions(await rig.temporalVersion()));
} finally {
  await rig.stop();
}

async function checked(one: CheckCase): Promise<Checked> {
  const estimated = predicted(one, measured);
  const { traffic, input, actionsPerSecond } = estimated;
  const { eventsPerSecond } = input;
  const { events, publishedP50, idleCores, ...ran } = await runCase(rig, one, estimated);
  const said = {
    cores: coresOfOneWorker(estimated, measured),
    actions: actionsPerSecond / eventsPerSecond,
    historyEvents: historyEventsOf(traffic) / eventsPerSecond,
    snsCalls: traffic.snsCalls / eventsPerSecond,
  };
  const isCached = one.maxCachedWorkflows === undefined;
  const result = { name: one.name, eventsPerSecond, events, isCached, said, ran, publishedP50, idleCores };
  show(result);
  return result;
}

function show({ name, eventsPerSecond, events, publishedP50, idleCores, said, ran }: Checked): void {
  progress(name);
  console.log(
    `\n${name}, ${rounded(eventsPerSecond)} events/s: ${events} events, published after ${rounded(publishedP50)} ms; idle: ${rounded(idleCores)} cores`,
  );
  const rows = (Object.keys(said) as (keyof typeof said)[]).map((figure) => [
    figure,
    {
      model: rounded(said[figure]),
      run: rounded(ran[figure]),
      'run / model': rounded(ran[figure] / said[figure]),
    },
  ]);
  console.table(Object.fromEntries(rows));
}
