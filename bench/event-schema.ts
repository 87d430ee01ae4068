import { z } from 'zod';

export const BenchEventSchema = z.object({
  type: z.literal('Renamed'),
  number: z.number(),
  name: z.string(),
});
