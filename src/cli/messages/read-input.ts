import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CliContext } from '../context.ts';
import { usageError } from '../failure.ts';

/** A file, or standard input for `-`. Throws `INVALID_ARGUMENT` when it cannot be read. */
export async function openInput(file: string, { terminal }: CliContext): Promise<Readable> {
  if (file === '-') return terminal.stdin;
  const found = await stat(file).catch((error: unknown) => error as Error);
  if (found instanceof Error) throw usageError([`${file} cannot be read: ${found.message}`]);
  if (found.isDirectory()) throw usageError([`${file} is a folder`]);
  return createReadStream(file);
}

/** A JSON value. Throws `INVALID_ARGUMENT` when it is none. */
export async function readJson(file: string, context: CliContext): Promise<unknown> {
  const json = await text(await openInput(file, context));
  try {
    return JSON.parse(withoutMark(json)) as unknown;
  } catch (error) {
    throw usageError([`${file === '-' ? 'standard input' : file} is no JSON: ${(error as Error).message}`]);
  }
}

/** Some editors begin a file with a byte order mark, which JSON does not know. */
export function withoutMark(line: string): string {
  return line.startsWith('\ufeff') ? line.slice(1) : line;
}
