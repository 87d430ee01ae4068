import type { ResolvedInput } from './input.ts';
import { ASSUMED } from './limits.ts';
import type { Workers } from './workers.ts';

/** What does not go together in an answer, or was never measured; and what to do. */
export function notesOf(input: ResolvedInput, workers: Workers): readonly string[] {
  return [...partitionNotes(input, workers), ...vcpuNotes(input)];
}

function partitionNotes({ partitions }: ResolvedInput, { forCpu, forMemory }: Workers): readonly string[] {
  const needed = Math.max(forCpu, forMemory);
  if (partitions === undefined || needed <= partitions) return [];
  return [
    `${needed} workers share ${partitions} partitions: one worker at a time decides for a partition, so the others would have little to do. Take at least ${needed} partitions, or larger workers.`,
  ];
}

function vcpuNotes({ workerVcpu }: ResolvedInput): readonly string[] {
  const { value, source } = ASSUMED.usableVcpu;
  if (workerVcpu <= value) return [];
  return [
    `Of a worker's ${workerVcpu} vCPU ${value} are counted, and all are paid: ${source}. Take more workers of 1 vCPU instead.`,
  ];
}
