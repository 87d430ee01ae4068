import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../observability');

export const RULES = join(FOLDER, 'event-topic.rules.yaml');
export const RULES_TEST = join(FOLDER, 'event-topic.rules.test.yaml');
export const DASHBOARD = join(FOLDER, 'event-topic.dashboard.json');

/** One alert, as far as it is looked at without a parser of YAML. */
export interface AlertRule {
  readonly name: string;
  readonly severity: string;
  readonly runbook: string;
  readonly expr: string;
}

/** The alerts of the file with the rules. */
export function readRules(): readonly AlertRule[] {
  const [, ...rules] = readFileSync(RULES, 'utf8').split(/^ {6}- alert: /m);
  return rules.map((text) => ({
    name: text.slice(0, text.indexOf('\n')),
    severity: /severity: (\w+)/.exec(text)?.[1] ?? '',
    runbook: /runbook: (.+)/.exec(text)?.[1] ?? '',
    expr: /expr: \|?([\s\S]+?)\n {8}(?:for|labels):/.exec(text)?.[1]?.trim() ?? '',
  }));
}
