import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Command } from '../../../src/cli/command.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { Program } from '../../../src/cli/program.ts';

const REFERENCE = join(import.meta.dirname, '../../../docs/reference/cli.md');
/** A marker, and the block behind it. */
const USAGE = /<!-- usage: (.+?) -->\n(?:```text\n[\s\S]*?\n```\n)?/g;
/** Described in a guide of their own. */
const ELSEWHERE = ['dev', 'doctor', 'setup'];

const text = readFileSync(REFERENCE, 'utf8');
const described = [...text.matchAll(USAGE)].map(([, words = '']) => words);

describe('docs/reference/cli.md', () => {
  it.each(described)('shows the help of %s as it is', async (words) => {
    const block = await blockOf(words);
    if (process.env['UPDATE_CLI_REFERENCE']) update(words, block);
    // Differs: UPDATE_CLI_REFERENCE=1 npx vitest run test/unit/cli/reference.test.ts
    expect(readFileSync(REFERENCE, 'utf8')).toContain(block);
  });

  it('has every command', () => {
    const all = COMMANDS.flatMap((command) =>
      'commands' in command ? command.commands.map(wordsOf) : [wordsOf(command)],
    );
    expect(all.filter((words) => !described.includes(words) && !ELSEWHERE.includes(words))).toEqual([]);
  });
});

function wordsOf({ path, usage }: Command): string {
  return [...path, usage.split(' ')[0]].join(' ');
}

async function blockOf(words: string): Promise<string> {
  return `<!-- usage: ${words} -->\n\`\`\`text\n${await helpOf(words.split(' '))}\n\`\`\`\n`;
}

/** As it is printed where lines have 100 characters. */
async function helpOf(words: readonly string[]): Promise<string> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const execute = async (): Promise<void> => undefined;
    await new Program({
      argv: [...words, '--help'],
      commands: COMMANDS,
      version: '',
      width: 100,
      execute,
    }).parse();
    return String(print.mock.calls[0]?.[0]).replace(/ +$/gm, '').trimEnd();
  } finally {
    print.mockRestore();
  }
}

function update(words: string, block: string): void {
  const now = readFileSync(REFERENCE, 'utf8');
  writeFileSync(
    REFERENCE,
    now.replace(USAGE, (old, each) => (each === words ? block : old)),
  );
}
