import type { Reading } from '../read.ts';
import { explainAws } from './explain.ts';

/** For a person who waits. Longer than the SDK takes to look for credentials that are nowhere. */
export const AWS_READING: Reading = { timeoutMs: 8_000, explain: explainAws };
