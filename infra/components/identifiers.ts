/** How AWS writes who somebody is: patterns and their meaning in words, for faults of arguments. */

export const ACCOUNT_ID = { pattern: /^\d{12}$/, rule: 'a 12-digit account id' };

export const ORGANIZATION_ID = {
  pattern: /^o-[a-z0-9]{10,32}$/,
  rule: 'the id of an organisation, as o-a1b2c3d4e5',
};

export const PRINCIPAL = {
  pattern: /^(\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:[\w+=,.@/-]+)$/,
  rule: 'the ARN of a role, user or account, or a 12-digit account id; never "*"',
};

export const FIFO_QUEUE = {
  pattern: /^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+\.fifo$/,
  rule: 'the ARN of an SQS FIFO queue, as the topic is FIFO',
};

export const STANDARD_QUEUE = {
  pattern: /^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+$/,
  rule: 'the ARN of an SQS standard queue, as the topic is standard',
};

export const LAMBDA_FUNCTION = {
  pattern: /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+$/,
  rule: 'the ARN of a Lambda function, without a version or alias',
};

export const LAMBDA_FUNCTION_OR_ALIAS = {
  pattern: /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w-]+)?$/,
  rule: 'the ARN of a Lambda function, or of a version or alias of one',
};

/** A policy that names an alias grants nothing. */
export const KMS_KEY = {
  pattern: /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
  rule: 'the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>, not of an alias',
};

export const HTTPS_URL = { pattern: /^https:\/\/\S+$/, rule: 'a URL that begins with https://' };
