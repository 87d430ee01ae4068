// A saga over two plugins: Order → Inventory → Payment → Shipping → Notification, and back when the payment is refused.
// With --fail-once every event fails once, in every collector, just before its effects are committed; the output is the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { causationTree, effects, isComplete } from './causation.ts';
import type { Mail } from './notification.ts';
import { orderStatuses } from './order-status.ts';
import { startSystem } from './system.ts';

const DEADLINE_MS = 60_000;

const ORDERS = [
  { id: 'order-1', customer: 'ada', product: 'teapot', quantity: 2 },
  // More than the customer can pay.
  { id: 'order-2', customer: 'grace', product: 'teapot', quantity: 3 },
  // More than there is.
  { id: 'order-3', customer: 'edsger', product: 'kettle', quantity: 2 },
];

const { values: options } = parseArgs({ options: { 'fail-once': { type: 'boolean', default: false } } });

/** Ends what has been started, last first. */
const stops: (() => unknown)[] = [];
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
});

try {
  const result = await Promise.race([main(), interrupted]);
  if (result === 'interrupted') process.exitCode = 130;
} finally {
  for (const stop of stops.reverse()) await stop();
  // What was still starting is not waited for.
  if (process.exitCode === 130) process.exit();
}

async function main(): Promise<void> {
  const { pool, place, mails } = await startSystem({
    onStarted: (stop) => stops.push(stop),
    failOnce: options['fail-once'],
  });
  await pool.query("INSERT INTO stock VALUES ('teapot', 9, 20), ('kettle', 1, 45)");
  await pool.query("INSERT INTO accounts VALUES ('ada', 100), ('grace', 50), ('edsger', 100)");
  await Promise.all(ORDERS.map(place));
  await untilEnded(pool, mails);
  await report(pool, mails.sent);
}

/** Until each order is shipped or cancelled, its customer knows, and so does Causation. */
async function untilEnded(pool: Pool, mails: { readonly sent: readonly Mail[] }): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const statuses = await orderStatuses(pool);
    const ended = statuses.filter(({ status }) => /^(shipped|cancelled)/.test(status));
    const told = mails.sent.filter(({ subject }) => /on its way|cancelled/.test(subject));
    const isEnded = ended.length === ORDERS.length && told.length === ORDERS.length;
    if (isEnded && isComplete(await effects(pool, mails.sent))) return;
    if (Date.now() > deadline) throw new Error(`The saga has not ended: ${JSON.stringify(statuses)}`);
    await sleep(100);
  }
}

async function report(pool: Pool, sent: readonly Mail[]): Promise<void> {
  console.log('What caused what:\n');
  for (const line of causationTree(await effects(pool, sent))) console.log(line);
  console.log('Orders:');
  for (const { id, customer, status } of await orderStatuses(pool))
    console.log(`  ${id} (${customer}): ${status}`);
  const { rows: stock } = await pool.query('SELECT product, quantity FROM stock ORDER BY product');
  console.log('In stock:', stock.map(({ product, quantity }) => `${product} ${quantity}`).join(', '));
  const { rows: accounts } = await pool.query('SELECT customer, balance FROM accounts ORDER BY customer');
  console.log('Accounts:', accounts.map(({ customer, balance }) => `${customer} ${balance}`).join(', '));
}
