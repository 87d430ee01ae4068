import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import { customers, positioned } from '../support/customer.ts';
import { until } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { failedTasks } from './failed-tasks.ts';
import { useUpgradeRig } from './rig.ts';

const PATIENCE_MS = 120_000;
const Order = customers('Order', { ordering: 'position' });

describe('going back from 0.3.0 to 0.2.0', () => {
  const temporal = useTemporalDevServer();
  const rig = useUpgradeRig(temporal);

  const topic = (): EventTopic<typeof Order.event> => new EventTopic(Order, { client: temporal.env.client });
  const arrived = (id: string): readonly string[] =>
    rig.sns.arrivals.get(`${rig.topicArns['Order']} ${id}`) ?? [];
  const failuresOf = async (id: string): Promise<readonly string[]> =>
    (await failedTasks(temporal.env.client)).filter((line) => line.startsWith(`event-topic/Order/${id}:`));

  it('goes on with every publisher that 0.3.0 began while its patches were off', async () => {
    const { fleet, last, next } = rig;
    await fleet.rollWorker(0, next, { EVENT_TOPIC_PATCHES: 'off' });
    await topic().publish(positioned('O-1', 5, 5), { waitFor: 'published' });

    await fleet.rollWorker(0, last);
    await topic().publish(positioned('O-1', 6, 6), { waitFor: 'published', timeout: PATIENCE_MS });
    expect([arrived('O-1'), await failuresOf('O-1')]).toEqual([['O-1-5', 'O-1-6'], []]);
  }, 600_000);

  it('leaves one that began in the middle of a stream to 0.3.0, where they were on: its events wait until that is back', async () => {
    const { fleet, last, next } = rig;
    await fleet.rollWorker(0, next);
    await topic().publish(positioned('O-2', 5, 5), { waitFor: 'published' });

    await fleet.rollWorker(0, last);
    await topic().publish(positioned('O-2', 6, 7));
    await until(async () => (await failuresOf('O-2')).length > 0, PATIENCE_MS);
    expect(arrived('O-2')).toEqual(['O-2-5']);
    // As the guide lists them. Temporal says so after a few attempts.
    const query = "TemporalReportedProblems IN ('category=WorkflowTaskFailed')";
    await until(async () => (await temporal.env.client.workflow.count(query)).count > 0, PATIENCE_MS);

    await fleet.rollWorker(0, next);
    await topic().publish(positioned('O-2', 8, 8), { waitFor: 'published', timeout: PATIENCE_MS });
    expect(arrived('O-2')).toEqual(['O-2-5', 'O-2-6', 'O-2-7', 'O-2-8']);
  }, 600_000);
});
