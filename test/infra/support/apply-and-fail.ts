// Run as a process of its own: applies, applies again, and fails.
import * as s3 from '@pulumi/aws/s3/index.js';
import { applyLocally, applyProgram } from '../../../infra/local.ts';
import { startEmulator } from './emulator.ts';

const emulator = await startEmulator();
const { endpoint } = emulator;
const first = await applyLocally({ endpoint });
const second = await applyLocally({ endpoint });
const failure = await applyProgram(() => new s3.Bucket('archive'), { endpoint }).catch((error) => error.name);
await emulator.stop();
process.stdout.write(JSON.stringify({ first, second, failure }));
