export type { TemporalDevServerOptions, TimeSkippingServerOptions } from './temporal-server.ts';
export { startTemporalDevServer, startTimeSkippingServer } from './temporal-server.ts';
