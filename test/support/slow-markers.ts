// A workflow interceptor: markers of parked aggregates start late, as on a Temporal that is busy.
import { sleep, type WorkflowInterceptors } from '@temporalio/workflow';

export const interceptors = (): WorkflowInterceptors => ({
  outbound: [
    {
      async startChildWorkflowExecution(input, next) {
        if (input.workflowType === 'eventTopicParked') await sleep(1_000);
        return next(input);
      },
    },
  ],
});
