import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isShown } from './runbook/output.ts';
import { type CommandStep, readRunbook, type Step } from './runbook/page.ts';
import type { Scenario } from './runbook/scenario.ts';
import { SCENARIOS } from './runbook/scenarios/index.ts';
import { Stage } from './runbook/stage.ts';
import { type System, startSystem } from './runbook/system.ts';

const PAGE = join(import.meta.dirname, '../../docs/guides/operate.md');
/** One for each scenario, so that all may use the names of the page. */
const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'eu-south-1',
  'ap-south-1',
  'ap-east-1',
];
/** For who writes the page: RUNBOOK_SHOW=1 prints what the commands print. */
const isShowing = Boolean(process.env['RUNBOOK_SHOW']);
/** It worked; or it worked, and the answer is that something is wrong. */
const ANSWERED = [0, 3];
const LOOKS = 5;

const runbook = readRunbook(PAGE);
const anchors = Object.keys(SCENARIOS);

describe('the runbook', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem(anchors);
  }, 120_000);

  afterAll(() => system.stop());

  it('has a section for each state that is tested', () => {
    expect([...runbook].filter(([, steps]) => steps.length > 0).map(([anchor]) => anchor)).toEqual(anchors);
  });

  it('leads to each of them from its first section', () => {
    const [, first = ''] = readFileSync(PAGE, 'utf8').split(/^## /m);
    const links = [...first.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.toSorted()).toEqual(anchors.toSorted());
  });

  describe.concurrent('leads from the symptom to a system that is well', () => {
    it.each(Object.entries(SCENARIOS))(
      '%s',
      async (anchor, set) => {
        const region = REGIONS[anchors.indexOf(anchor)] ?? '';
        const stage = await Stage.set(system, { namespace: anchor, region });
        try {
          const scenario = await set(stage);
          for (const step of runbook.get(anchor) ?? []) await take(step, scenario, stage);
          await scenario.healthy();
        } finally {
          await stage.strike();
        }
      },
      300_000,
    );
  });
});

async function take(step: Step, { world }: Scenario, stage: Stage): Promise<void> {
  if (step.kind === 'command') return await execute(step, stage);
  const happens = world[step.name];
  if (happens === undefined) throw new Error(`The scenario does not know "${step.name}"`);
  await happens();
}

async function execute({ script, output }: CommandStep, stage: Stage): Promise<void> {
  for (let look = 1; ; look += 1) {
    const ran = await stage.run(script);
    if (isShowing) process.stderr.write(`$ ${script}\n${ran.output}(exit code ${ran.code})\n\n`);
    if (ANSWERED.includes(ran.code ?? -1) && (output === undefined || isShown(ran.output, output))) return;
    if (look === LOOKS || !isLook(script))
      return void expect({ script, ...ran }).toEqual({ script, code: 0, output });
    await sleep(500);
  }
}

/** Commands that change nothing may be repeated: Temporal's lists lag. */
function isLook(script: string): boolean {
  return /^event-topic (status|parked|doctor|relay)\b/.test(script);
}
