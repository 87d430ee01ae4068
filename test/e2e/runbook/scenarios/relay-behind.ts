import { expect } from 'vitest';
import { EventLogRelay } from '../../../../src/event-log/event-log-relay.ts';
import type { SetScenario } from '../scenario.ts';
import { storeCustomers } from './event-logs.ts';
import { expectIdle, PositionedCustomer, untilWell } from './expectations.ts';
import { inStream } from './messages.ts';

const TABLE = 'relay_behind';

/** Somebody has renamed the table that the relay reads. */
export const relayBehind: SetScenario = async (stage) => {
  const { client, pool } = stage;
  const topic = stage.topic(PositionedCustomer);
  const { eventLog, append } = await storeCustomers(stage, TABLE);
  await stage.startWorker({ topic: PositionedCustomer, eventLog });
  const relay = new EventLogRelay(PositionedCustomer, { client, mode: 'tail' });
  await append(inStream('C-1', [1]));
  await relay.start({ from: 'beginning' });
  await expectIdle(topic, { 'C-1': 1 });
  await append(inStream('C-1', [2, 3]));
  await pool.query(`ALTER TABLE ${TABLE} RENAME TO ${TABLE}_old`);
  await untilWell(async () => (await relay.status()).state === 'failing');
  return {
    world: {
      'the table has its name again': () => pool.query(`ALTER TABLE ${TABLE}_old RENAME TO ${TABLE}`),
      'it has caught up': () => untilWell(async () => (await relay.status()).lag?.events === 0),
    },
    async healthy() {
      await expectIdle(topic, { 'C-1': 3 });
      expect(await stage.received(3)).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
      await relay.stop();
    },
  };
};
