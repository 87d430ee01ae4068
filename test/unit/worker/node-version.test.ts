import { expect, it } from 'vitest';
import { nodeVersionNotice } from '../../../src/worker/node-version.ts';

const VARIABLE = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';

it('an old Node.js is named in one line, and the AWS SDK says nothing of it', () => {
  const env: NodeJS.ProcessEnv = {};
  expect(nodeVersionNotice(env, '20.20.2')).toBe(
    'Node.js 20.20.2: AWS SDK versions published after the first week of January 2027 need 22. Upgrade Node.js',
  );
  expect(env[VARIABLE]).toBe('true');
});

it.each(['22.0.0', '24.1.0'])('nothing is said of Node.js %s', (version) => {
  const env: NodeJS.ProcessEnv = {};
  expect(nodeVersionNotice(env, version)).toBeUndefined();
  expect(env).toEqual({});
});

it.each(['true', 'false', ''])('who has set the AWS SDK’s own variable to %j has decided', (value) => {
  const env: NodeJS.ProcessEnv = { [VARIABLE]: value };
  expect(nodeVersionNotice(env, '20.20.2')).toBeUndefined();
  expect(env[VARIABLE]).toBe(value);
});
