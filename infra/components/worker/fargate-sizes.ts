interface MemoryRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** MiB that Fargate gives with so many units of CPU; 512 at a quarter of a vCPU stands apart. */
const MEMORY: Readonly<Record<number, MemoryRange>> = {
  256: { min: 1_024, max: 2_048, step: 1_024 },
  512: { min: 1_024, max: 4_096, step: 1_024 },
  1024: { min: 2_048, max: 8_192, step: 1_024 },
  2048: { min: 4_096, max: 16_384, step: 1_024 },
  4096: { min: 8_192, max: 30_720, step: 1_024 },
  8192: { min: 16_384, max: 61_440, step: 4_096 },
  16384: { min: 32_768, max: 122_880, step: 8_192 },
};

export const FARGATE_CPU = Object.keys(MEMORY).map(Number);

/** What is wrong with a task's memory in MiB, in words; undefined when nothing is, or the CPU is not Fargate's. */
export function memoryFault(cpu: number, memory: number): string | undefined {
  const range = MEMORY[cpu];
  if (range === undefined || (cpu === 256 && memory === 512)) return undefined;
  const { min, max, step } = range;
  if (memory >= min && memory <= max && memory % step === 0) return undefined;
  return `must be ${cpu === 256 ? '512 or ' : ''}from ${min} to ${max} in steps of ${step} with cpu ${cpu}`;
}
