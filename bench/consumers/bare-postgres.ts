import type { StartConsumer } from './index.ts';
import { openPool, writeRow } from './read-model.ts';
import { messageIn, startSqsConsumers } from './sqs-consumer.ts';

/** The same with a row of the read model for each event, in a transaction of its own. The messages of a batch at once: the emulator gives one of each aggregate, where SQS might give several. */
export const start: StartConsumer = (consuming) => {
  const pool = openPool(consuming.database);
  return startSqsConsumers(consuming, async (messages) => {
    await Promise.all(
      messages.map(async ({ Body }) => {
        const message = messageIn(Body);
        const client = await pool.connect();
        await client.query('BEGIN');
        await writeRow(client, message);
        await client.query('COMMIT');
        client.release();
        consuming.handled(message.id, message.event.number);
      }),
    );
    return messages;
  });
};
