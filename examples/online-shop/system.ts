// The whole system: servers, stacks, two plugins with their participants, and for each plugin a worker that publishes what is stored.
import type { EventTopicDefinition } from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { createInboxTables } from 'temporal-event-topic/collector/postgres';
import { EventLogRelay } from 'temporal-event-topic/event-log';
import { createEventLogTable, createEventLogWakeUp } from 'temporal-event-topic/event-log/postgres';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { CAUSATION_TABLE, createCausation } from './causation.ts';
import { createDispatch } from './dispatch.ts';
import type { EventStore } from './event-store.ts';
import { Fulfilment } from './extension-point.ts';
import { createInventory, INVENTORY_TABLES } from './inventory.ts';
import { createNotification, MailService } from './notification.ts';
import { createOrder, ORDER_TABLE } from './order.ts';
import { createOrderStatus, orderStatus } from './order-status.ts';
import { createPayment, PAYMENT_TABLE } from './payment.ts';
import { Plugin, type Shop } from './plugin.ts';
import { type OnStarted, type Servers, startServers } from './servers.ts';
import { createShipping, SHIPPING_TABLE } from './shipping.ts';
import { applyStacks } from './stacks/apply.ts';

const TABLES = [createEventLogTable(), createEventLogWakeUp(), createInboxTables()];
const SHOP_TABLES = [ORDER_TABLE, INVENTORY_TABLES, PAYMENT_TABLE, CAUSATION_TABLE];

export interface SystemOptions {
  /** Told how to end each part, also when a later one does not start. */
  readonly onStarted: OnStarted;
  /** Every event fails once, in every collector. */
  readonly failOnce: boolean;
}

export async function startSystem({ onStarted, failOnce }: SystemOptions) {
  const servers = await startServers(onStarted);
  const stacks = await applyStacks(servers.endpoint);
  const open = async (name: string, tables: readonly string[]) => {
    const pool = await servers.createDatabase(name);
    await pool.query([...TABLES, ...tables].join(';\n'));
    return pool;
  };
  const common = { sqs: servers.sqs, failOnce };
  const shop: Shop = new Plugin({
    ...common,
    pool: await open('shop', SHOP_TABLES),
    queueUrls: stacks.shop.queueUrls,
  });
  const shipping = new Plugin({
    ...common,
    pool: await open('shipping', [SHIPPING_TABLE]),
    queueUrls: stacks.shipping.queueUrls,
  });
  const context = { servers, onStarted };
  const [{ place, mails }] = await Promise.all([
    startShop(context, shop, stacks.shop.topicArns),
    startShipping(context, shipping, stacks.shipping.topicArns),
  ]);
  return { pool: shop.pool, place, mails };
}

interface Context {
  readonly servers: Servers;
  readonly onStarted: OnStarted;
}

type TopicArns = Readonly<Record<string, string>>;

async function startShop(context: Context, shop: Shop, topicArns: TopicArns) {
  const order = createOrder(shop);
  const inventory = createInventory(shop);
  const payment = createPayment(shop);
  const mails = new MailService();
  const stores = [order.store, inventory.store, payment.store];
  await runWorker(context, { taskQueue: 'shop', stores, mapped: [Fulfilment], topicArns });
  await orderStatus.init(shop.inbox);
  await run(context, [
    order.collector,
    inventory.collector,
    payment.collector,
    createDispatch(shop, { client: context.servers.client, taskQueue: 'shop' }),
    createNotification(shop, mails),
    createOrderStatus(shop),
    createCausation(shop),
  ]);
  return { place: order.place, mails };
}

async function startShipping(
  context: Context,
  plugin: Plugin<'Shipping'>,
  topicArns: TopicArns,
): Promise<void> {
  const { store, collector } = createShipping(plugin);
  await runWorker(context, { taskQueue: 'shipping', stores: [store], mapped: [], topicArns });
  await run(context, [collector]);
}

interface PluginWorker {
  readonly taskQueue: string;
  /** What relays publish. */
  readonly stores: readonly EventStore<EventTopicDefinition>[];
  /** Topics that mappers publish to: nothing is stored. */
  readonly mapped: readonly EventTopicDefinition[];
  readonly topicArns: TopicArns;
}

async function runWorker(
  { servers, onStarted }: Context,
  { taskQueue, stores, mapped, topicArns }: PluginWorker,
): Promise<void> {
  const { client, connection, sns } = servers;
  const publisherOf = (topic: EventTopicDefinition) => ({
    topic,
    publisher: new SnsFifoPublisher({ topicArn: topicArns[topic.name] ?? '', client: sns }),
  });
  const worker = await createEventTopicWorker({
    connection,
    taskQueue,
    topics: [
      ...stores.map(({ topic, eventLog }) => ({ ...publisherOf(topic), eventLog })),
      ...mapped.map(publisherOf),
    ],
  });
  const running = worker.run();
  onStarted(async () => {
    worker.shutdown();
    await running;
    await Promise.all(stores.map(({ eventLog }) => eventLog.close()));
  });
  await Promise.all(
    stores.map(({ topic }) =>
      new EventLogRelay(topic, { client, taskQueue, mode: 'tail' }).start({ from: 'beginning' }),
    ),
  );
}

interface Collector {
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function run({ onStarted }: Context, collectors: readonly Collector[]): Promise<void> {
  await Promise.all(collectors.map((collector) => collector.start()));
  onStarted(() => Promise.all(collectors.map((collector) => collector.stop())));
}
