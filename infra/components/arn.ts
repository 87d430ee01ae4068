/** What an ARN says of where its resource is. Parts that it lacks are empty: during a preview, ARNs may be stand-ins. */
export interface ArnParts {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export function arnParts(arn: string): ArnParts {
  const [, partition = '', , region = '', account = ''] = arn.split(':');
  return { partition, region, account };
}

/** The name by which KMS knows the service that uses a key for its caller (`kms:ViaService`), in the region of `arn`. */
export function viaService(service: 's3' | 'sns' | 'sqs', arn: string): string {
  const { partition, region } = arnParts(arn);
  return `${service}.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}
