import { loadPeer as load } from '../../common/load-peer.ts';

/** Loads optional packages of tests. Throws `INVALID_ENVIRONMENT` with the command that installs them. */
export function loadPeer<Loaded>(names: string, loading: () => Promise<Loaded>): Promise<Loaded> {
  return load(names, loading, { install: 'npm install --save-dev' });
}
