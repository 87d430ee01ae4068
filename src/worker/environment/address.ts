import { isIP } from 'node:net';
import { type Environment, invalid } from './variables.ts';

/** Where a server of the worker listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

// `[::]:9464` or `0.0.0.0:9464`.
const ADDRESS = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** Undefined when the variable is not set. Throws `INVALID_ENVIRONMENT` for what is no IP address with a port. */
export function readAddress(env: Environment, name: string): Address | undefined {
  const value = env[name];
  if (!value) return undefined;
  const [, v6, v4, digits] = ADDRESS.exec(value) ?? [];
  const [host = '', port] = [v6 ?? v4, Number(digits)];
  if (isIP(host) === (v6 === undefined ? 4 : 6) && port >= 1 && port <= MAX_PORT) return { host, port };
  throw invalid(`${name} is no address to listen on`, {
    details: { [name]: value },
    action: 'Use an IP address and a port: 0.0.0.0:9464 for everybody, 127.0.0.1:9464 for this machine',
  });
}

export function formatAddress({ host, port }: Address): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
