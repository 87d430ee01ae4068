import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './tools.ts';

/**
 * A program with AWS's extended clients. It knows the emulator by `ENDPOINT` and `BUCKET`, and takes
 *
 * - `read <queue URL>…`: receives and deletes one message of each queue, and prints its body in Base64, one a line;
 * - `write-sqs <queue URL> <style>` and `write-sns <topic ARN> <style>`: sends its standard input, always through S3.
 */
export interface Program {
  readonly language: string;
  readonly reader: Package;
  /** Version 1.0 of the Java client knows only the older names, of the attribute and of the class in the pointer. */
  readonly knowsNewerNames: boolean;
  readonly writers: readonly Writer[];
  run(
    args: readonly string[],
    how: { readonly env: NodeJS.ProcessEnv; readonly input?: string },
  ): Promise<string>;
}

export interface Writer {
  readonly client: Package;
  readonly command: 'write-sqs' | 'write-sns';
  /** `legacy`: with the older name of the attribute. */
  readonly styles: readonly ('current' | 'legacy')[];
}

export interface Package {
  readonly name: string;
  readonly version: string;
}

const JAVA_SQS = 'amazon-sqs-java-extended-client-lib';

/** Installs the packages into a folder, for one program after the other. */
export async function installPrograms(folder: string, signal: AbortSignal): Promise<readonly Program[]> {
  return [await java(folder, signal), await java1(folder, signal), await python(folder, signal)];
}

async function java(folder: string, signal: AbortSignal): Promise<Program> {
  const libraries = await installJava(folder, 'java', signal);
  const sqs = await packageIn(libraries, JAVA_SQS);
  const sns = await packageIn(libraries, 'sns-extended-client');
  return {
    language: 'Java',
    reader: sqs,
    knowsNewerNames: true,
    writers: [
      { client: sqs, command: 'write-sqs', styles: ['current', 'legacy'] },
      { client: sns, command: 'write-sns', styles: ['current'] },
    ],
    run: runJava(libraries, 'java/ExtendedClients.java', signal),
  };
}

async function java1(folder: string, signal: AbortSignal): Promise<Program> {
  const libraries = await installJava(folder, 'java-1', signal);
  const sqs = await packageIn(libraries, JAVA_SQS);
  return {
    language: 'Java, version 1.0',
    reader: sqs,
    knowsNewerNames: false,
    writers: [{ client: sqs, command: 'write-sqs', styles: ['legacy'] }],
    run: runJava(libraries, 'java-1/ExtendedClient1.java', signal),
  };
}

async function python(folder: string, signal: AbortSignal): Promise<Program> {
  const libraries = await installPython(folder, signal);
  const sqs = await packageIn(libraries, 'amazon-sqs-extended-client');
  const sns = await packageIn(libraries, 'amazon-sns-extended-client');
  const source = join(import.meta.dirname, 'python/extended_clients.py');
  return {
    language: 'Python',
    reader: sqs,
    knowsNewerNames: true,
    writers: [
      { client: sqs, command: 'write-sqs', styles: ['current', 'legacy'] },
      { client: sns, command: 'write-sns', styles: ['current', 'legacy'] },
    ],
    run: (args, { env, input = '' }) =>
      run('python3', [source, ...args], { env: { ...env, PYTHONPATH: libraries }, input, signal }),
  };
}

function runJava(libraries: string, source: string, signal: AbortSignal): Program['run'] {
  const args = ['-cp', join(libraries, '*'), join(import.meta.dirname, source)];
  return (more, how) => run('java', [...args, ...more], { ...how, signal });
}

async function installJava(folder: string, name: string, signal: AbortSignal): Promise<string> {
  const libraries = join(folder, name);
  const pom = join(import.meta.dirname, name, 'pom.xml');
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${libraries}`];
  await run('mvn', ['--quiet', '--batch-mode', '--file', pom, ...goal], { signal });
  return libraries;
}

async function installPython(folder: string, signal: AbortSignal): Promise<string> {
  const libraries = join(folder, 'python');
  const requirements = join(import.meta.dirname, 'python/requirements.txt');
  const args = ['-m', 'pip', 'install', '--quiet', '--target', libraries, '--requirement', requirements];
  await run('python3', args, { signal });
  return libraries;
}

/** As installed: by the name of the jar, or of the folder in which Python keeps what it knows of a package. */
async function packageIn(libraries: string, name: string): Promise<Package> {
  const file = new RegExp(`^${name.replaceAll('-', '[-_]')}-(\\d.*?)\\.(jar|dist-info)$`);
  const [version] = (await readdir(libraries)).flatMap((entry) => file.exec(entry)?.[1] ?? []);
  if (version === undefined) throw new Error(`${name} is not in ${libraries}`);
  return { name, version };
}
