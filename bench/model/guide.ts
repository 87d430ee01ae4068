import { type Estimate, estimate } from './estimate.ts';
import { grouped, shown, times } from './format.ts';
import { checkedTable, simulatedTable } from './guide-evidence.ts';
import { optionOf, type ScaleInput } from './input.ts';
import { ASSUMED, LIMITS, PRICES, SNS_MESSAGES_PER_SECOND, type Sourced } from './limits.ts';
import { markdown } from './markdown.ts';
import { type Measured, measuredCosts } from './measured.ts';
import { measuredTable } from './report.ts';

/** The tables of docs/guides/scale.md, by the name of their marker. */
export function guideBlocks(measured: Measured = measuredCosts()): ReadonlyMap<string, string> {
  return new Map([
    ['answer', answerTable(measured)],
    ['fits', fitsTable(measured)],
    ['partitions', partitionsTable(measured)],
    ['limits', limitsTable()],
    ['measured', measuredBlock(measured)],
    ['checked', checkedTable(measured)],
    ['simulated', simulatedTable()],
  ]);
}

/** The layouts of the guide: for each speed as many partitions as its own rule asks for, or a few more. */
const PARTITIONS = new Map([
  [1_000, 6],
  [10_000, 64],
  [100_000, 640],
]);
const AGGREGATES = [1_000_000, 100_000_000];

function answerTable(measured: Measured): string {
  const rows = [...PARTITIONS].flatMap(([eventsPerSecond, partitions]) =>
    AGGREGATES.flatMap((aggregates) =>
      [{}, { partitions }].map((layout) =>
        answerRow(estimate({ eventsPerSecond, aggregates, ...layout }, measured)),
      ),
    ),
  );
  const head = [
    'events/s',
    'aggregates',
    'publishers',
    'open',
    'actions/s',
    'history events/s',
    'SNS requests/s',
    'cores',
    'workers: CPU, memory',
    'busiest aggregate, events/s',
    'USD/hour',
    'binds first',
    'then',
  ];
  return markdown(head, rows);
}

function answerRow({ input, traffic, workers, uses, ...estimated }: Estimate): readonly string[] {
  // Requests to Temporal grow with the actions, and what raises those raises them.
  const [first, second] = uses
    .filter(({ limit }) => limit !== 'temporal requests')
    .map(({ limit, share }) => `${limit} ${times(share)}`);
  return [
    grouped(input.eventsPerSecond),
    `${input.aggregates / 1e6} M`,
    input.partitions === undefined ? 'per aggregate' : `${input.partitions} partitions`,
    shown(traffic.openPublishers),
    shown(estimated.actionsPerSecond),
    shown(estimated.historyEventsPerSecond),
    shown(traffic.snsCalls),
    shown(workers.cores),
    `${grouped(workers.forCpu)}, ${grouped(workers.forMemory)}`,
    shown(traffic.busiestAggregate),
    shown(estimated.dollarsPerHour.total),
    first ?? '',
    second ?? '',
  ];
}

/** What an event costs there follows from how often an aggregate has one, so each layout says how many aggregates it has, all alike. */
const LAYOUTS: readonly (readonly [string, Omit<ScaleInput, 'eventsPerSecond'>])[] = [
  ['per aggregate, each event after a pause', { aggregates: 100_000_000, zipf: 0 }],
  ['per aggregate, an event a minute each', { aggregates: 10_000, zipf: 0 }],
  ['per aggregate, five events per call', { aggregates: 100_000_000, zipf: 0, eventsPerCall: 5 }],
  ['8 partitions', { aggregates: 1_000_000, zipf: 0, partitions: 8 }],
  ['6 partitions', { aggregates: 1_000_000, zipf: 0, partitions: 6 }],
];

/** How fast each layout may be before it needs more actions than every namespace has. */
function fitsTable(measured: Measured): string {
  const rows = LAYOUTS.map(([name, layout]) => {
    const most = mostEvents((eventsPerSecond) => {
      const { uses } = estimate({ ...layout, eventsPerSecond }, measured);
      return uses.every(({ share, kind }) => share <= 1 || kind === 'advice');
    });
    const { uses, workers } = estimate({ ...layout, eventsPerSecond: most }, measured);
    return [name, `\`${optionsOf(layout)}\``, shown(most), shown(workers.cores), uses[0]?.limit ?? ''];
  });
  return markdown(['layout', 'options', 'events/s that fit', 'cores', 'what stops it'], rows);
}

function optionsOf(layout: Omit<ScaleInput, 'eventsPerSecond'>): string {
  return Object.entries(layout)
    .map(([name, value]) => `${optionOf(name)} ${value}`)
    .join(' ');
}

/** The largest speed that fits, to a hundredth. */
function mostEvents(fits: (eventsPerSecond: number) => boolean): number {
  let [low, high] = [1, 1_000_000];
  while (high / low > 1.005) {
    const middle = Math.sqrt(low * high);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function partitionsTable(measured: Measured): string {
  const speed = { eventsPerSecond: 10_000, aggregates: 100_000_000 };
  const rows = [8, 16, 32, 64, 128, 256].map((partitions) => {
    const { traffic, actionsPerSecond, workers, dollarsPerHour } = estimate(
      { ...speed, partitions },
      measured,
    );
    return [
      String(partitions),
      times(traffic.busiestPublisher / measured.eventsPerSecondOfOnePartition),
      shown(speed.eventsPerSecond / traffic.activities),
      shown(actionsPerSecond),
      shown(workers.cores),
      shown(dollarsPerHour.total),
    ];
  });
  return markdown(
    ['partitions', 'of what one has reached', 'events per activity', 'actions/s', 'cores', 'USD/hour'],
    rows,
  );
}

function limitsTable(): string {
  const rows = [...Object.values(LIMITS), ...Object.values(SNS_MESSAGES_PER_SECOND)].map(limitRow);
  return markdown(
    ['what', 'value', 'known', 'source'],
    [...new Map(rows.map((row) => [row.join(), row])).values(), oneRow(ASSUMED), oneRow(PRICES)],
  );
}

function limitRow({ what, value, kind, source }: Sourced): readonly string[] {
  return [what, grouped(value), kind, linked(source)];
}

/** What is assumed is many numbers, and takes less room. */
function oneRow(all: Readonly<Record<string, Sourced>>): readonly string[] {
  const isPage = ({ source }: Sourced): boolean => source.startsWith('https://');
  const parts = Object.values(all).map((each) => {
    const { what, value, source } = each;
    return `**${value}** ${what}${isPage(each) ? '' : ` (${source})`}`;
  });
  const pages = new Set(
    Object.values(all)
      .filter(isPage)
      .map(({ source }) => linked(source)),
  );
  return [parts.join('; '), '', 'assumed', [...pages].join(', ')];
}

function linked(source: string): string {
  return source.startsWith('https://') ? `<${source}>` : source;
}

function measuredBlock(measured: Measured): string {
  const { columns, rows } = measuredTable(measured);
  return markdown(
    columns,
    rows.map((cells) => cells.map(String)),
  );
}
