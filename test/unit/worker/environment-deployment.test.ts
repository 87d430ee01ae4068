import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../../src/worker/environment/deployment.ts';

describe('TEMPORAL_DEPLOYMENT_NAME and TEMPORAL_WORKER_BUILD_ID', () => {
  it('make a versioned worker whose publishers go on with the current version', () => {
    expect(readDeployment({ TEMPORAL_DEPLOYMENT_NAME: 'shop', TEMPORAL_WORKER_BUILD_ID: '0.3.0' })).toEqual({
      version: { deploymentName: 'shop', buildId: '0.3.0' },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    });
  });

  it.each([{}, { TEMPORAL_DEPLOYMENT_NAME: '', TEMPORAL_WORKER_BUILD_ID: '' }])(
    'make none when they are not set: %j',
    (env) => {
      expect(readDeployment(env)).toBeUndefined();
    },
  );

  it.each([{ TEMPORAL_DEPLOYMENT_NAME: 'shop' }, { TEMPORAL_WORKER_BUILD_ID: '0.3.0' }])(
    'are a fault when only one is set: %j',
    (env) => {
      expect(() => readDeployment(env)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ENVIRONMENT',
          message: expect.stringMatching(
            /are not both set \[TEMPORAL_.*\]\. Set both for a versioned worker, or none$/,
          ),
        }),
      );
    },
  );
});
