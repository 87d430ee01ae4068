/** Of everything that `dev` makes. */
export const REGION = 'us-east-1';

/** No AWS accepts them: nothing of a developer's machine reaches a real account. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
