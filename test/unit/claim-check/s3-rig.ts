import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';

/** A real client that tries once. */
export function s3At(port: number, region = 'us-east-1'): S3Client {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return client;
}

/** A client of a server that answers as told, while the test runs: for what an emulator does not do. */
export async function s3That(answer: RequestListener): Promise<S3Client> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = s3At((server.address() as AddressInfo).port);
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return client;
}

/** Answers every request with an error as S3 writes it. */
export function refusing(status: number, code: string): RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>Says S3</Message></Error>`);
  };
}
