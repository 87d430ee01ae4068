/** What a process has used since it started. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly rssMb: number;
}

const MEGABYTE = 1_024 * 1_024;

export function usageOfThisProcess(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    // In kilobytes on every platform: libuv converts.
    peakRssMb: maxRSS / 1_024,
    rssMb: process.memoryUsage.rss() / MEGABYTE,
  };
}
