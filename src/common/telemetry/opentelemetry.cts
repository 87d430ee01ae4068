// CommonJS on purpose: an optional peer can be asked for here synchronously, in both builds, and bundlers know this form.
import type * as OpenTelemetry from '@opentelemetry/api';

/** OpenTelemetry's API; undefined when it is not installed: then nothing is traced or counted, and nothing else changes. */
export const openTelemetry: typeof OpenTelemetry | undefined = load();

function load(): typeof OpenTelemetry | undefined {
  try {
    return require('@opentelemetry/api');
  } catch {
    return undefined;
  }
}
