/** How AWS and Temporal write what a worker is given: patterns and their meaning in words, for faults of arguments. */

export const IMAGE = {
  pattern: /^[^\s:/][^\s]*$/,
  rule: 'an image, as registry/name@sha256:… or registry/name:tag',
};

export const POLICY = {
  pattern: /^arn:[\w-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
  rule: 'the ARN of an IAM policy',
};

export const CLUSTER = {
  pattern: /^arn:[\w-]+:ecs:[\w-]+:\d{12}:cluster\/[\w-]+$/,
  rule: 'the ARN of an ECS cluster, arn:aws:ecs:<region>:<account>:cluster/<name>',
};

export const SUBNET = { pattern: /^subnet-[0-9a-f]+$/, rule: 'the id of a subnet, subnet-…' };

export const SECURITY_GROUP = { pattern: /^sg-[0-9a-f]+$/, rule: 'the id of a security group, sg-…' };

export const VPC = { pattern: /^vpc-[0-9a-f]+$/, rule: 'the id of a VPC, vpc-…' };

/** With the six characters that Secrets Manager adds to the name: a policy without them grants nothing. */
export const SECRET = {
  pattern: /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}(:[^:]*:[^:]*:[^:]*)?$/,
  rule: 'the full ARN of a secret of AWS Secrets Manager, that ends in - and six characters, perhaps with :<JSON key>::',
};

export const TEMPORAL_HOST = {
  pattern: /^[\w.-]+(:\d{1,5})?$/,
  rule: 'host:port, without https:// or a path',
};

export const NOT_EMPTY = { pattern: /\S/, rule: 'a text that is not empty' };
