/** The AWS SDK reads it when the first client is made. */
const NOTICE_DISABLED = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
const FIRST_SUPPORTED = 22;

/**
 * One line instead of the AWS SDK's notice of nine, which is switched off: to be called before a client is made. Undefined when there is
 * nothing to say, or the user has decided about that notice himself.
 */
export function nodeVersionNotice(env: NodeJS.ProcessEnv, version: string): string | undefined {
  if (env[NOTICE_DISABLED] !== undefined || Number.parseInt(version, 10) >= FIRST_SUPPORTED) return undefined;
  env[NOTICE_DISABLED] = 'true';
  return `Node.js ${version}: AWS SDK versions published after the first week of January 2027 need ${FIRST_SUPPORTED}. Upgrade Node.js`;
}
