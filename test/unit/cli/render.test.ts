import { describe, expect, it } from 'vitest';
import { render } from '../../../src/cli/output/render.ts';
import { facts, table } from '../../../src/cli/output/view.ts';

const terminal = { isTerminal: true, width: 40 };
const pipe = { isTerminal: false, width: 40 };
const parked = table(
  ['id', 'reason'],
  [
    ['C-1', 'a reason that is longer than what a line has room for'],
    ['C-22', undefined],
  ],
  'Nothing.',
);

describe('a table', () => {
  it('has a heading and aligned columns at a terminal, and breaks the last one only', () => {
    expect(render(parked, terminal)).toBe(
      [
        'ID    REASON',
        'C-1   a reason that is longer than what',
        '      a line has room for',
        'C-22',
        '',
      ].join('\n'),
    );
  });

  it('is a line of tab-separated values for each row in a pipe, without a heading', () => {
    expect(render(parked, pipe)).toBe('C-1\ta reason that is longer than what a line has room for\nC-22\t\n');
  });

  it('is nothing when it has no rows', () => {
    expect(render(table(['id'], [], 'Nothing.'), terminal)).toBe('');
  });
});

describe('facts', () => {
  it('leaves out those without a value, and shows zero', () => {
    const view = facts([
      ['topic', 'Customer'],
      ['next', undefined],
      ['waiting', 0],
    ]);
    expect(render(view, terminal)).toBe('topic    Customer\nwaiting  0\n');
    expect(render(view, pipe)).toBe('topic\tCustomer\nwaiting\t0\n');
  });

  it('obeys nothing that a value says to a terminal', () => {
    const view = facts([['reason', 'red \u001b[31m\nnext\tline\u202e']]);
    expect(render(view, terminal)).toBe('reason  red \\u001b[31m\\nnext\\tline\\u202e\n');
  });
});
