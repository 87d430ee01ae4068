// dynalite has no TransactWriteItems, and DynamoDB Local is under terms of its own. So this puts a server before dynalite that knows it: conditions and updates are
// dynalite's, all or nothing, conflicts, cancellation reasons, limits and client request tokens are made here, as AWS documents them:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
// Not as in AWS: what is read beside a transaction is never half of it, a Query either. `DYNAMODB_ENDPOINT` names another DynamoDB, such as a DynamoDB Local that you run.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { checkConditional, itemSize } from 'dynalite/db/index.js';
import { validateExpressions } from 'dynalite/validations/index.js';
import { afterAll, beforeAll } from 'vitest';

type Attributes = Record<string, unknown>;

interface Operation extends Record<string, unknown> {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
}

type Action = 'ConditionCheck' | 'Put' | 'Update' | 'Delete';

interface Transaction {
  readonly TransactItems: readonly Readonly<Partial<Record<Action, Operation>>>[];
  readonly ClientRequestToken?: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Step {
  readonly action: Action;
  readonly operation: Operation;
  readonly key: string;
}

const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
// Long enough for transactions that begin together to meet.
const PREPARE_MS = 2;
const WRITES = {
  ConditionCheck: undefined,
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
} as const;

/** DynamoDB, on a free port unless `DYNAMODB_ENDPOINT` names one that runs, while the tests of this file run. */
export function useDynamoDb(): { readonly endpoint: string; readonly client: DynamoDBClient } {
  let server: TransactionServer | undefined;
  let client: DynamoDBClient | undefined;
  let endpoint = process.env['DYNAMODB_ENDPOINT'];
  beforeAll(async () => {
    if (endpoint === undefined) {
      server = await TransactionServer.start();
      endpoint = server.endpoint;
    }
    client = new DynamoDBClient({ endpoint, region: 'us-east-1' });
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });
  return {
    get endpoint() {
      if (endpoint === undefined) throw new Error('DynamoDB runs in hooks and tests only');
      return endpoint;
    },
    get client() {
      if (client === undefined) throw new Error('DynamoDB runs in hooks and tests only');
      return client;
    },
  };
}

class TransactionServer {
  readonly #dynalite: Server;
  readonly #front: Server;
  /** By table: the names of its key. */
  readonly #keyNames = new Map<string, readonly string[]>();
  /** Items of transactions that are under way. */
  readonly #locked = new Set<string>();
  /** Transactions that were committed, by their tokens. */
  readonly #committed = new Map<string, string>();
  /** Of requests to dynalite: a transaction's go without others between them. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor() {
    this.#dynalite = dynalite({ createTableMs: 0 });
    this.#front = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<TransactionServer> {
    const server = new TransactionServer();
    for (const one of [server.#dynalite, server.#front]) {
      one.listen(0, '127.0.0.1');
      await once(one, 'listening');
    }
    return server;
  }

  get endpoint(): string {
    return addressOf(this.#front);
  }

  async stop(): Promise<void> {
    for (const one of [this.#front, this.#dynalite]) {
      one.closeAllConnections();
      one.close();
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const body = await text(request);
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    if (action === 'TransactWriteItems')
      return this.#transact(JSON.parse(body) as Transaction, request.headers);
    return this.#inTurn(() => this.#ask(request.headers, action, JSON.parse(body)));
  }

  async #transact(transaction: Transaction, headers: IncomingHttpHeaders): Promise<Answer> {
    const { TransactItems, ClientRequestToken: token } = transaction;
    const content = JSON.stringify(TransactItems);
    const earlier = token === undefined ? undefined : this.#committed.get(token);
    if (earlier !== undefined)
      return earlier === content
        ? { status: 200, body: {} }
        : failure('IdempotentParameterMismatchException');
    const steps = await Promise.all(TransactItems.map((item) => this.#stepOf(item, headers)));
    const fault = faultOf(steps);
    if (fault !== undefined) return failure('ValidationException', { message: fault });
    const conflicts = steps.map(({ key }) => (this.#locked.has(key) ? 'TransactionConflict' : 'None'));
    if (conflicts.includes('TransactionConflict')) return cancelled(conflicts);
    for (const { key } of steps) this.#locked.add(key);
    try {
      await sleep(PREPARE_MS);
      const answer = await this.#inTurn(() => this.#commit(steps, headers));
      if (token !== undefined && answer.status === 200) this.#committed.set(token, content);
      return answer;
    } finally {
      for (const { key } of steps) this.#locked.delete(key);
    }
  }

  async #commit(steps: readonly Step[], headers: IncomingHttpHeaders): Promise<Answer> {
    const reasons: string[] = [];
    for (const step of steps)
      reasons.push((await this.#holds(step, headers)) ? 'None' : 'ConditionalCheckFailed');
    if (reasons.includes('ConditionalCheckFailed')) return cancelled(reasons);
    for (const { action, operation } of steps) {
      const write = WRITES[action];
      if (write === undefined) continue;
      const answer = await this.#ask(headers, write, operation);
      if (answer.status !== 200) throw new Error(`Half a transaction: ${JSON.stringify(answer.body)}`);
    }
    return { status: 200, body: {} };
  }

  async #holds({ operation }: Step, headers: IncomingHttpHeaders): Promise<boolean> {
    const Key = await this.#keyOf(operation, headers);
    const { TableName } = operation;
    const { body } = await this.#ask(headers, 'GetItem', { TableName, Key, ConsistentRead: true });
    const read = structuredClone(operation) as Record<string, unknown>;
    validateExpressions(read);
    return !checkConditional(read, (body as { readonly Item?: Attributes }).Item);
  }

  async #stepOf(item: Transaction['TransactItems'][number], headers: IncomingHttpHeaders): Promise<Step> {
    const [entry] = Object.entries(item) as [Action, Operation][];
    if (entry === undefined) throw new Error('An item without an action');
    const [action, operation] = entry;
    const key = JSON.stringify([operation.TableName, await this.#keyOf(operation, headers)]);
    return { action, operation, key };
  }

  async #keyOf({ TableName, Key, Item }: Operation, headers: IncomingHttpHeaders): Promise<Attributes> {
    const names = this.#keyNames.get(TableName) ?? (await this.#describe(TableName, headers));
    this.#keyNames.set(TableName, names);
    const from = Key ?? Item ?? {};
    return Object.fromEntries(names.map((name) => [name, from[name]]));
  }

  async #describe(TableName: string, headers: IncomingHttpHeaders): Promise<readonly string[]> {
    const { body } = await this.#ask(headers, 'DescribeTable', { TableName });
    const { Table } = body as {
      readonly Table: { readonly KeySchema: readonly { readonly AttributeName: string }[] };
    };
    return Table.KeySchema.map(({ AttributeName }) => AttributeName);
  }

  async #ask(headers: IncomingHttpHeaders, action: string, body: unknown): Promise<Answer> {
    const response = await fetch(addressOf(this.#dynalite), {
      method: 'POST',
      headers: {
        authorization: String(headers.authorization),
        'x-amz-date': String(headers['x-amz-date']),
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${action}`,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function faultOf(steps: readonly Step[]): string | undefined {
  if (steps.length === 0 || steps.length > MAX_ITEMS)
    return 'Member must have length less than or equal to 100, and greater than or equal to 1';
  if (new Set(steps.map(({ key }) => key)).size < steps.length)
    return 'Transaction request cannot include multiple operations on one item';
  const bytes = steps.reduce(
    (sum, { operation }) => sum + itemSize(operation.Item ?? operation.Key ?? {}),
    0,
  );
  if (bytes > MAX_BYTES) return 'Transaction request cannot be larger than 4 MB';
  const faults = steps.map(({ operation }) => validateExpressions(structuredClone(operation)));
  return faults.find((fault) => fault !== undefined);
}

function cancelled(reasons: readonly string[]): Answer {
  return failure('TransactionCanceledException', {
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.join(', ')}]`,
    CancellationReasons: reasons.map((Code) => ({ Code })),
  });
}

function failure(name: string, facts: Attributes = {}): Answer {
  return { status: 400, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, ...facts } };
}
