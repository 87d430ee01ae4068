/** Who may import whom: ARCHITECTURE.md, "Folders". */
const only = (folder, ...allowed) => ({
  name: `${folder}-imports-only-${allowed.join('-and-')}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^(src|infra)/', pathNot: `^src/(${[folder, ...allowed].join('|')})/|^src/event-topic[.]ts$` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('common'),
    only('workflows', 'common'),
    only('activities', 'common'),
    only('client', 'common'),
    only('claim-check', 'common'),
    only('event-log', 'common', 'client', 'activities'),
    {
      name: 'what-starts-a-relay-needs-no-worker',
      comment:
        'src/event-log/relay and republish run in activities; the rest of the folder where the application runs.',
      severity: 'error',
      from: { path: '^src/event-log/(?!(relay|republish)/)' },
      to: {
        path: '^src/event-log/(relay|republish)/|^src/activities/|node_modules/@temporalio/(activity|worker)/',
      },
    },
    only('collector', 'common', 'client'),
    {
      name: 'the-command-line-only-calls-the-client',
      comment:
        'And the tools of collectors, the handle of a relay. `dev` runs what it shows; `doctor` reads what a worker would read.',
      severity: 'error',
      from: { path: '^src/cli/(?!dev/|doctor/)' },
      to: {
        path: '^(src|infra)/',
        pathNot:
          '^src/(cli|common|client|collector/tools)/|^src/event-log/(event-log-relay|relay-status)[.]ts$|^src/(event-topic[.]ts|here[.]cts)$',
      },
    },
    {
      name: 'a-command-line-belongs-to-nobody-else',
      severity: 'error',
      from: { path: '^(src|infra)/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/|node_modules/(yargs|cli-table3)/' },
    },
    {
      name: 'help-is-quick',
      comment: 'Nothing that a command needs to do its work is loaded before the command is known.',
      severity: 'error',
      from: { path: '^src/cli/(?!dev/|doctor/|setup/)' },
      to: {
        path: 'node_modules/(@temporalio|@aws-sdk|zod)/|^src/(client|collector|event-log)/|^src/event-topic[.]ts$',
        dependencyTypesNot: ['type-only'],
        pathNot: '^src/client/decode-payload[.]ts$',
        dynamic: false,
      },
    },
    {
      name: 'a-collector-in-lambda-needs-no-poller',
      comment: 'sqs-consumer and the SQS client are loaded when polling starts.',
      severity: 'error',
      from: { path: '^src/collector/(?!sqs/|tools/)' },
      to: {
        path: '^src/collector/sqs/(polling|sqs-queue)|node_modules/(sqs-consumer|@aws-sdk/client-sqs)/',
        dependencyTypesNot: ['type-only'],
        dynamic: false,
      },
    },
    {
      name: 'an-adapter-needs-only-the-port',
      severity: 'error',
      from: { path: '^src/event-log/(postgres|emmett|castore|dynamodb)/' },
      to: { path: '^src/(?!common/|event-log/(postgres|emmett|castore|dynamodb)/)' },
    },
    {
      name: 'common-does-not-import-the-spec',
      severity: 'error',
      from: { path: '^src/common/' },
      to: { path: '^src/event-topic[.]ts$' },
    },
    {
      name: 'workflow-code-is-deterministic',
      comment: 'Nothing that the workflow entry reaches may be Node, zod, AWS or the spec.',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: '^src/event-topic[.]ts$|node_modules/(zod|@aws-sdk|@smithy)/|^node:', reachable: true },
    },
    {
      name: 'workflow-code-imports-only-the-workflow-sdk',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer'], pathNot: '@temporalio/workflow' },
    },
    {
      name: 'stack-traces-are-for-users-to-give-up',
      comment: "In a user's own worker the setting would hold for the user's workflows too.",
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/workflows/own-worker[.]ts$' },
      to: { path: '^src/workflows/(no-stack-traces|own-worker)[.]ts$' },
    },
    {
      name: 'workflow-state-knows-no-temporal',
      comment:
        'What a publisher decides is plain state: it runs in the test kit and in property tests as it does in the sandbox.',
      severity: 'error',
      from: { path: '^src/workflows/state/' },
      to: { path: '^src/workflows/(?!state/)|node_modules/' },
    },
    {
      name: 'only-plain-state-leaves-the-sandbox',
      comment:
        'Nothing outside may import what needs the workflow runtime; the worker takes the workflows by path.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/workflows/' },
      to: { path: '^src/workflows/', pathNot: '^src/workflows/state/' },
    },
    {
      name: 'aws-only-in-publishers-and-worker',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot:
          '^src/(activities/publishers/|claim-check/|event-log/dynamodb/|collector/(sqs|dynamodb|lambda|tools)/|collector/[a-z-]+[.]ts$|worker[./]|cli/|testing/environment/)',
      },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'nothing-else-needs-the-test-kit',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(testing|cli)/' },
      to: { path: '^src/testing/' },
    },
    {
      name: 'test-kit-loads-optional-peers-when-needed',
      comment: 'An in-memory topic needs nothing but what publishing needs.',
      severity: 'error',
      from: { path: '^src/testing/' },
      to: {
        path: '^src/(worker|plugin)|^src/activities/publishers/s|node_modules/(vitest|fauxqs|@aws-sdk|@temporalio/(?!client))',
        dependencyTypesNot: ['type-only'],
        dynamic: false,
      },
    },
    {
      name: 'infra-stands-alone',
      severity: 'error',
      from: { path: '^infra/components/' },
      to: { path: '^src/', pathNot: '^src/common/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types'],
    },
  },
};
