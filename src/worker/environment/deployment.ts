import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { type Environment, invalid } from './variables.ts';

/**
 * Temporal's Worker Versioning, from the variables that its controller for Kubernetes sets: `TEMPORAL_DEPLOYMENT_NAME` and `TEMPORAL_WORKER_BUILD_ID`. Undefined
 * when there are none. Throws `INVALID_ENVIRONMENT` for one without the other.
 */
export function readDeployment(env: Environment): WorkerDeploymentOptions | undefined {
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = env;
  if (!deploymentName && !buildId) return undefined;
  if (!deploymentName || !buildId)
    throw invalid('TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID are not both set', {
      details: { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId },
      action: 'Set both for a versioned worker, or none',
    });
  return {
    version: { deploymentName, buildId },
    useWorkerVersioning: true,
    // A publisher lives as long as its aggregate is busy, and pinned it would keep its version, also in its next run.
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  };
}
