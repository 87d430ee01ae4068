// Run as a process of its own: applies, applies again, and fails.
import * as dynamodb from '@pulumi/aws/dynamodb/index.js';
import { applyLocally, applyProgram } from '../../../infra/local.ts';
import { startEmulator } from './emulator.ts';

const emulator = await startEmulator();
const { endpoint } = emulator;
const first = await applyLocally({ endpoint });
const second = await applyLocally({ endpoint });
const failing = () => new dynamodb.Table('archive', { attributes: [] });
const failure = await applyProgram(failing, { endpoint }).catch((error) => error.name);
await emulator.stop();
process.stdout.write(JSON.stringify({ first, second, failure }));
