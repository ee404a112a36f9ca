import { describe, expect, it } from '@jest/globals';
import { batchCommand, isBatchFile } from './batch-file.ts';

/** What a hostile machine has in its environment. */
const VARIABLES: Readonly<Record<string, string>> = {
  CD: 'C:\\work',
  PATH: 'C:\\secret',
  A: '" & calc & "',
  'A&B': 'calc',
};

/** `%NAME%` and `%NAME:~from,length%` on a command line; one that is not set stays as it is (cmd /?, set /?). */
function expanded(line: string): string {
  let out = '';
  for (let at = 0; at < line.length;) {
    const end = line.indexOf('%', at + 1);
    const [name = '', piece] = line[at] === '%' && end !== -1 ? line.slice(at + 1, end).split(':', 2) : [];
    const value = VARIABLES[name.toUpperCase()];
    if (line[at] !== '%' || end === -1 || value === undefined) {
      out += line[at];
      at += 1;
      continue;
    }
    const [, from, length] = /^~(-?\d*),(-?\d*)$/.exec(piece ?? '~0,9999') ?? [];
    out += value.substr(Number(from), Number(length));
    at = end + 1;
  }
  return out;
}

/** What cmd.exe would not take as text: everything outside of quotes that has a meaning. */
function unquoted(line: string): string {
  let isQuoted = false;
  let out = '';
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted) out += character;
  }
  return isQuoted ? `${out}(a quote is open)` : out;
}

/** The words that a program gets, by the rules of the C runtime since 2008. */
function words(line: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const [slashes] = /^\\*/.exec(line.slice(at))!;
    if (slashes !== '') {
      const beforeQuote = line[at + slashes.length] === '"';
      word = (word ?? '') + (beforeQuote ? slashes.slice(0, slashes.length >> 1) : slashes);
      at += slashes.length - 1;
      if (beforeQuote && slashes.length % 2 === 1) {
        word += '"';
        at += 1;
      }
    } else if (line[at] === '"') {
      word ??= '';
      if (isQuoted && line[at + 1] === '"') {
        word += '"';
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (!isQuoted && /[ \t]/.test(line[at]!)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else word = (word ?? '') + line[at];
  }
  return word === undefined ? found : [...found, word];
}

/** What a program gets that a batch file starts with `%*`, after cmd.exe has read the line twice. */
function received(batch: string, args: readonly string[]): readonly string[] {
  const command = batchCommand(batch, args);
  if (command.kind === 'refused') throw new Error(command.reason);
  expect(command.args.slice(0, -1)).toEqual(['/d', '/e:on', '/v:off', '/s', '/c']);
  const [, line] = /^"(.*)"$/s.exec(command.args.at(-1)!)!;
  const read = expanded(line!);
  // The line of the batch file has the same text in it, and is read anew; variables in it are not.
  expect(unquoted(read).replaceAll(' ', '')).toBe('');
  return words(read);
}

const NASTY = [
  '$(touch x)',
  '; touch y',
  '&',
  '%PATH%',
  '*',
  'a b',
  '"',
  '',
  '"&calc',
  '^&calc',
  '\\',
  'a\\"b',
];

describe('the arguments of a batch file', () => {
  it.each([
    ...NASTY.map((arg) => [arg]),
    ['%'],
    ['%%'],
    ['100%'],
    ['%A%'],
    ['%a&b%'],
    ['%cd:~,%'],
    ['%PATH'],
    ['"%PATH%"'],
    ['C:\\a dir\\'],
    ['!PATH!'],
    ['a|b>c<d'],
    ['(x)'],
    ['{"a":"b c"}'],
    ['--flag="x y" & del'],
    ['é€😀'],
    ['\t'],
  ])('stay as they are: %j', (arg) => {
    expect(received('C:\\node\\npx.cmd', ['-y', arg, 'end'])).toEqual([
      'C:\\node\\npx.cmd',
      '-y',
      arg,
      'end',
    ]);
  });

  it('stay as they are, whatever they are made of', () => {
    const alphabet = [
      '"',
      '%',
      '\\',
      '&',
      '|',
      '^',
      '<',
      '>',
      '!',
      '(',
      ')',
      ' ',
      ',',
      ';',
      '=',
      'a',
      'cd',
      ':~,',
      'PATH',
      'A&B',
    ];
    let seed = 20_240_409;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 5_000; round += 1) {
      const args = Array.from({ length: next(4) }, () =>
        Array.from({ length: next(10) }, () => alphabet[next(alphabet.length)]!).join(''),
      );
      const batch = 'C:\\100%PATH%\\a (b) & c\\npx.cmd';
      expect(received(batch, args)).toEqual([batch, ...args]);
    }
  });

  it.each(['a\nb', 'a\rb', '\r\n', 'a\0b'])(
    'with a line break or NUL are refused, and not shown: %j',
    (arg) => {
      expect(batchCommand('x.cmd', ['ok', arg])).toEqual({
        kind: 'refused',
        reason: 'the arguments of a batch file must not contain line breaks or NUL',
      });
    },
  );

  it('are refused where cmd.exe would cut them', () => {
    expect(batchCommand('x.cmd', ['a'.repeat(8_180)]).kind).toBe('command');
    expect(batchCommand('x.cmd', ['a'.repeat(8_190)])).toMatchObject({ kind: 'refused' });
    expect(batchCommand('x.cmd', ['%'.repeat(1_100)])).toMatchObject({ kind: 'refused' });
  });
});

it('a batch file is one by its ending, on Windows', () => {
  expect(['C:\\npx.cmd', 'x.BAT'].map((file) => isBatchFile(file, 'win32'))).toEqual([true, true]);
  expect(isBatchFile('C:\\npx.exe', 'win32')).toBe(false);
  expect(isBatchFile('/bin/npx.cmd', 'linux')).toBe(false);
});

it('the shell that reads it can be named', () => {
  expect(batchCommand('x.cmd', [], 'D:\\cmd.exe')).toMatchObject({ file: 'D:\\cmd.exe' });
});
