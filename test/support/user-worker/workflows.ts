// What a user's own workflow module looks like: workflows of their own, and the publisher's beside them.
import { proxyActivities } from '@temporalio/workflow';

export * from '../../../src/workflows/index.ts';

const { greet } = proxyActivities<{ greet(name: string): Promise<string> }>({ startToCloseTimeout: '10 s' });

export async function welcome(name: string): Promise<string> {
  return await greet(name);
}
