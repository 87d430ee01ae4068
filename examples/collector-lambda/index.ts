// #region program
import * as dynamodb from '@pulumi/aws/dynamodb/index.js';
import * as iam from '@pulumi/aws/iam/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import * as pulumi from '@pulumi/pulumi';
import { inboxTable, inboxTimeToLive } from 'temporal-event-topic/collector/dynamodb';
import { EventCollector } from 'temporal-event-topic/infra';

const TIMEOUT_SECONDS = 30;

export default function program() {
  const config = new pulumi.Config();
  // Of another stack, or of another account's: what it prints as `eventTopics`.
  const customer = { name: 'Customer', topicArn: config.require('customerTopicArn') };

  const customers = new dynamodb.Table('Customers', {
    billingMode: 'PAY_PER_REQUEST',
    hashKey: 'id',
    attributes: [{ name: 'id', type: 'S' }],
  });
  const inbox = new dynamodb.Table('CustomerReadModelInbox', inboxArgs());
  const role = new iam.Role('CustomerReadModel', {
    assumeRolePolicy: iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
    managedPolicyArns: [iam.ManagedPolicy.AWSLambdaBasicExecutionRole],
  });
  new iam.RolePolicy('CustomerReadModel', {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'dynamodb:ConditionCheckItem',
            'dynamodb:DeleteItem',
            'dynamodb:GetItem',
            'dynamodb:PutItem',
            'dynamodb:Query',
            'dynamodb:UpdateItem',
          ],
          Resource: [customers.arn, inbox.arn],
        },
      ],
    }),
  });
  const handler = new lambda.Function('CustomerReadModel', {
    runtime: 'nodejs22.x',
    // handler.ts and what it imports in one file, as esbuild makes it: `npm run bundle`.
    code: new pulumi.asset.FileArchive(config.get('bundle') ?? 'dist'),
    handler: 'handler.handler',
    role: role.arn,
    timeout: TIMEOUT_SECONDS,
    memorySize: 512,
    environment: { variables: { INBOX_TABLE: inbox.name, CUSTOMERS_TABLE: customers.name } },
  });
  const readModel = new EventCollector('CustomerReadModel', {
    eventTopics: [customer],
    lambdaFunctionArn: handler.arn,
    handlerTimeoutSeconds: TIMEOUT_SECONDS,
    consumerRoleName: role.name,
    // New events, and those that a republish sends to this read model.
    filterAttributes: { republished: [{ exists: false }, 'CustomerReadModel'] },
  });
  return { queueUrl: readModel.queueUrl, customers: customers.name, inbox: inbox.name };
}
// #endregion program

/** The table as the inbox wants it, in Pulumi's words. */
function inboxArgs(): dynamodb.TableArgs {
  const { KeySchema = [], AttributeDefinitions = [] } = inboxTable('any');
  const { TimeToLiveSpecification } = inboxTimeToLive('any');
  const [hashKey, rangeKey] = KeySchema.map(({ AttributeName = '' }) => AttributeName);
  return {
    billingMode: 'PAY_PER_REQUEST',
    hashKey: hashKey ?? 'pk',
    rangeKey: rangeKey ?? 'sk',
    attributes: AttributeDefinitions.map(({ AttributeName: name = '', AttributeType: type = 'S' }) => ({
      name,
      type,
    })),
    ttl: { attributeName: TimeToLiveSpecification?.AttributeName ?? 'expiresAt', enabled: true },
    pointInTimeRecovery: { enabled: true },
  };
}
