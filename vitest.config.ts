import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Set by CI: where to write vitest's JSON report. */
const report = process.env['TEST_REPORT'];

/** Tests that leave nothing behind in their process: no server, no environment, no `Runtime` of the Temporal SDK. */
const SOURCES = ['test/{unit,property,contract,infra}/**/*.test.ts'];
/** The one exception: it starts Temporal's servers. */
const SERVERS = 'test/unit/testing/servers/temporal-server.test.ts';
/** Tests that leave nothing behind but the SDK, with the same logs for all. */
const SHARED = 'test/{workflow,event-log}/**/*.test.ts';
/** Of these not: logs of their own from the SDK, and an environment variable. */
const NOT_SHARED = 'test/workflow/{encryption,without-cache}.test.ts';

/** They take a minute or more, and say little of that by their size, which vitest goes by: begun last, they would be waited for. */
const LONG =
  /test\/(faults\/(faults|crashes)|event-log\/relay-faults|workflow\/(receipts-limits|outage|pause)|e2e\/(features|runbook|cli|cli-dev|worker-(image|sigterm|versioning)))\.test\.ts$/;

/** Then file after file of one project: a process is used again only by a next file of the same project. */
const ORDER = ['long', 'shared', 'processes', 'sources'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification): number =>
      ORDER.indexOf(LONG.test(moduleId) ? 'long' : project.name);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  // Also `.cts` files, which vite leaves out by default.
  oxc: { include: /\.[cm]?tsx?$/ },
  test: {
    // Processes, not threads: the Temporal SDK is native code and runs workflows in worker threads of its own.
    pool: 'forks',
    // Tests against servers mostly wait, so a little more than one process per core; each may run a Temporal server.
    maxWorkers: Math.min(availableParallelism() + 1, 6),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'processes',
          include: [
            'test/!(unit|property|contract|infra|workflow|event-log)/**/*.test.ts',
            NOT_SHARED,
            SERVERS,
          ],
          // Eight processes under load, and what older workers cannot go on with takes its time to show: alone, by `npm run upgrade`.
          exclude: process.env['UPGRADE_PHASE_SECONDS'] ? [] : ['test/upgrade/**'],
          globalSetup: 'test/support/global-setup.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          include: [SHARED],
          exclude: [NOT_SHARED],
          globalSetup: 'test/support/global-setup.ts',
          // A process loads the SDK and the sources once, not once per file: 1.5 s of CPU for each.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'sources',
          include: SOURCES,
          exclude: [SERVERS],
          // A process imports each module once, not once per file: these files took longer to import than to run, 90 s of CPU.
          isolate: false,
          typecheck: {
            enabled: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: 'tsconfig.json',
            // `npm run types` is where faults outside the type tests belong.
            ignoreSourceErrors: true,
          },
        },
      },
    ],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    env: {
      // Credentials that no AWS accepts, in front of every place where the AWS SDK could find real ones.
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SESSION_TOKEN: '',
      AWS_PROFILE: '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  },
});
