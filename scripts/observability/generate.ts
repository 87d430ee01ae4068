// Writes docs/reference/metrics.md and the dashboard from the one list of metrics; with --check it changes nothing and fails when one differs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dashboard } from './dashboard.ts';
import { metricsPage } from './metrics-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const DASHBOARD = 'observability/event-topic.dashboard.json';

const FILES: Readonly<Record<string, () => string>> = {
  'docs/reference/metrics.md': metricsPage,
  [DASHBOARD]: () => formatted(JSON.stringify(dashboard())),
};

const isCheck = process.argv.includes('--check');
for (const [file, generate] of Object.entries(FILES)) {
  const path = join(ROOT, file);
  const text = generate();
  if (text === read(path)) continue;
  if (isCheck) {
    console.error(
      `${file} differs from src/common/telemetry/metrics.ts and scripts/observability: run "npm run docs"`,
    );
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** As \`npm run format\` would. */
function formatted(json: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  return execFileSync(biome, ['format', `--stdin-file-path=${DASHBOARD}`], {
    input: json,
    encoding: 'utf8',
    cwd: ROOT,
  });
}
