// Does what a Dockerfile says, without Docker: each stage is a folder, and the programs are those of this machine.
import { execFile } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface BuildOptions {
  /** Where the stages' folders are made. */
  readonly folder: string;
  /** `--build-arg`. */
  readonly args: Readonly<Record<string, string>>;
  /** Of this machine, beside what the Dockerfile sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Commands that change the system, not the stage's folder: they are left out. */
  isOfSystem(command: string): boolean;
}

/** The last stage, and what was left out of all of them. */
export interface Image extends Stage {
  readonly leftOut: readonly string[];
}

interface Stage {
  readonly root: string;
  readonly base: string;
  workdir: string;
  user: string;
  entrypoint: readonly string[];
  readonly args: Record<string, string>;
  readonly env: Record<string, string>;
}

interface Build extends BuildOptions {
  readonly stages: Map<string, Stage>;
  readonly globalArgs: Record<string, string>;
  readonly leftOut: string[];
}

export async function buildImage(dockerfile: string, options: BuildOptions): Promise<Image> {
  const build: Build = { ...options, stages: new Map(), globalArgs: {}, leftOut: [] };
  let stage: Stage | undefined;
  for (const [instruction, rest] of instructionsOf(dockerfile)) {
    if (instruction === 'FROM') stage = beginStage(build, rest);
    else if (stage === undefined) Object.assign(build.globalArgs, argOf(rest, options.args));
    else await (INSTRUCTIONS[instruction] ?? unknown(instruction))(stage, rest, build);
  }
  if (stage === undefined) throw new Error('The Dockerfile has no stage');
  return { ...stage, leftOut: build.leftOut };
}

/** Lines that end in a backslash go on, also past comments. */
function instructionsOf(dockerfile: string): readonly [string, string][] {
  const lines = dockerfile.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const logical = lines.join('\n').replaceAll(/\\\n/g, ' ').split('\n');
  return logical.map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()]);
}

function beginStage({ folder, stages, globalArgs }: Build, rest: string): Stage {
  const [base = '', , name = `${stages.size}`] = rest.split(' ');
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  const stage = {
    root,
    base: filled(base, globalArgs),
    workdir: '/',
    user: '',
    entrypoint: [],
    args: {},
    env: {},
  };
  stages.set(name, stage);
  return stage;
}

type Instruction = (stage: Stage, rest: string, build: Build) => Promise<void> | void;

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  ARG: (stage, rest, { args }) => void Object.assign(stage.args, argOf(rest, args)),
  ENV: (stage, rest) => void Object.assign(stage.env, Object.fromEntries(rest.split(' ').map(pairOf))),
  USER: (stage, rest) => {
    stage.user = rest;
  },
  ENTRYPOINT: (stage, rest) => {
    stage.entrypoint = JSON.parse(rest);
  },
  WORKDIR: (stage, rest) => {
    stage.workdir = rest;
    mkdirSync(join(stage.root, rest), { recursive: true });
  },
  COPY: (stage, rest, { stages }) => {
    const [from = '', source = '', target = ''] = rest.split(' ');
    const of = stages.get(from.replace('--from=', ''));
    if (of === undefined) throw new Error(`COPY from what is no stage: ${rest}`);
    const to = join(stage.root, stage.workdir, target);
    mkdirSync(dirname(to), { recursive: true });
    // Thousands of files: moved, for no stage is copied from twice.
    renameSync(join(of.root, source), to);
  },
  RUN: async (stage, command, { env, isOfSystem, leftOut }) => {
    if (isOfSystem(command)) return void leftOut.push(command);
    const cwd = join(stage.root, stage.workdir);
    await run('/bin/sh', ['-c', command], { cwd, env: { ...env, ...stage.args, ...stage.env } });
  },
};

function unknown(instruction: string): never {
  throw new Error(`Nobody knows here how to do ${instruction}`);
}

function argOf(rest: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const [name = '', fallback = ''] = pairOf(rest);
  return { [name]: given[name] ?? fallback };
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function filled(text: string, args: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');
}
