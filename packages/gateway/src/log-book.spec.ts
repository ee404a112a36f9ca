import { describe, expect, it } from '@jest/globals';
import { Secret, SwitchyardError, type Log, type LogEntry } from '@switchyard/plugin-api';
import { map } from 'rxjs';
import type { Logging } from './configuration/index.ts';
import { LogBook, type LogBookParts } from './log-book.ts';
import { createRedactor } from './redaction/redactor.ts';
import { recordingLog } from './spec-log.ts';

const CANARY = 'canary-4711';

function bookOf(logging: Partial<Logging> = {}, more: Partial<LogBookParts> = {}) {
  const sink = recordingLog();
  const book = new LogBook({
    sink,
    logging: { level: 'info', levels: {}, ...logging },
    redact: createRedactor([CANARY]),
    clock: { date: () => 1_000 },
    ...more,
  });
  return { sink, book, log: book.log };
}

const messages = (lines: readonly { readonly message: string }[]): readonly string[] =>
  lines.map(({ message }) => message);

describe('the log book', () => {
  it('numbers lines, says whose they are, keeps them and passes them on', () => {
    const { sink, book, log } = bookOf();
    log.with({ plugin: 'p' }).info('one', { server: 's', correlationId: 'c', port: 80, nothing: undefined });
    log.error('two');
    expect(book.recent()).toEqual([
      {
        seq: 1,
        at: 1_000,
        level: 'info',
        message: 'one',
        plugin: 'p',
        server: 's',
        correlationId: 'c',
        fields: { port: 80 },
      },
      { seq: 2, at: 1_000, level: 'error', message: 'two', fields: {} },
    ]);
    expect(sink.lines).toEqual([
      { level: 'info', message: 'one', fields: { plugin: 'p', server: 's', correlationId: 'c', port: 80 } },
      { level: 'error', message: 'two', fields: {} },
    ]);
  });

  it('masks secrets in messages and in all that stands beside them', () => {
    const { sink, book, log } = bookOf({ level: 'debug' });
    class Odd {
      toJSON(): unknown {
        return { said: CANARY };
      }
    }
    log.with({ origin: CANARY }).warn(`it said ${CANARY}`, {
      error: new Error(`no ${CANARY}`, { cause: CANARY }),
      deep: [
        { [CANARY]: { text: `x${CANARY}x` } },
        new Odd(),
        new Secret('s'),
        new SwitchyardError('BUG', { what: CANARY }),
      ],
      password: 'short',
      headers: { Authorization: 'Bearer x' },
      key: 'primary',
      bytes: Buffer.from(CANARY),
      run: () => CANARY,
    });
    expect(JSON.stringify([book.recent(), sink.lines])).not.toContain('4711');
    expect(book.recent()[0]).toMatchObject({
      message: 'it said [redacted]',
      fields: {
        error: 'no [redacted]',
        stack: expect.stringContaining('Error: no [redacted]\n    at '),
        deep: [
          { '[redacted]': { text: 'x[redacted]x' } },
          { said: '[redacted]' },
          '[redacted]',
          expect.stringContaining('[redacted]'),
        ],
        password: '[redacted]',
        headers: { Authorization: '[redacted]' },
        key: 'primary',
        bytes: '11 bytes',
        run: 'a function',
      },
    });
  });

  it('has the number of an error, and its stack where debug lines are wanted', () => {
    const error = new SwitchyardError('USAGE', { what: 'x' });
    for (const level of ['info', 'debug'] as const) {
      const { book, log } = bookOf({ level });
      log.error('failed', { error });
      log.error('failed', { error, code: 'mine', stack: 'mine' });
      const [first, second] = book.recent();
      expect(first!.fields).toMatchObject({ error: error.message, code: error.number });
      expect('stack' in first!.fields).toBe(level === 'debug');
      expect(second!.fields).toEqual({ error: error.message, code: 'mine', stack: 'mine' });
    }
  });

  it('takes what is no plain data, what is huge, and what cannot be read', () => {
    const { book, log } = bookOf();
    const loop: Record<string, unknown> = { n: 1n };
    loop['loop'] = loop;
    log.info('x'.repeat(100_000), { loop, list: Array.from({ length: 1_000 }, (_, i) => i), none: null });
    log.info('bad', {
      get value(): string {
        throw new Error('no');
      },
    });
    log.info(undefined as unknown as string, undefined);
    const [first, second, third] = book.recent();
    expect(JSON.stringify(first).length).toBeLessThan(20_000);
    expect(first!.fields['none']).toBe(null);
    expect(second!.fields).toEqual({ unreadable: true });
    expect(third!.message).toBe('undefined');
  });

  it('cuts what is wide and deep, however it is built', () => {
    const { book, log } = bookOf();
    const wide = (depth: number): unknown =>
      Object.fromEntries(
        Array.from({ length: 20 }, (_, at) => [`k${at}`, depth > 0 ? wide(depth - 1) : 'leaf']),
      );
    log.info('a graph', { graph: wide(3), list: Array.from({ length: 50 }, () => 'x'.repeat(8_000)) });
    const { graph, list } = book.recent()[0]!.fields;
    for (const value of [graph, list]) {
      expect(JSON.stringify(value).length).toBeLessThan(128 * 1024);
      expect(JSON.stringify(value)).toContain('"…"');
    }
    expect(graph).toMatchObject({ k0: { k0: { k0: { k0: 'leaf' } } } });
  });

  it('masks a secret that its own cuts go through', () => {
    const { book, log } = bookOf();
    for (let before = 16_370; before < 16_390; before += 1) log.info('x'.repeat(before) + CANARY);
    for (let before = 8_180; before < 8_195; before += 1) log.info('x'.repeat(before) + CANARY);
    expect(JSON.stringify(book.recent())).not.toContain('canar');
  });

  describe('levels', () => {
    const levels = { 'transport-stdio': 'debug', 'server:files': 'error', 'server:db': 'trace' } as const;
    const each = (log: Log): void => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level);
    };

    it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
      ['the general one', {}, ['warn', 'error']],
      ['that of a plugin', { plugin: 'transport-stdio' }, ['debug', 'info', 'warn', 'error']],
      ['that of another', { plugin: 'http-host', server: 'other' }, ['warn', 'error']],
      ['that of a server', { server: 'db' }, ['debug', 'info', 'warn', 'error']],
      ['a server’s before a plugin’s', { plugin: 'transport-stdio', server: 'files' }, ['error']],
    ])('%s says what is written', (_name, facts, written) => {
      const { sink, book, log } = bookOf({ level: 'warn', levels });
      each(log.with(facts));
      expect(messages(sink.lines)).toEqual(written);
      // What is kept is for questions that come later.
      expect(messages(book.recent())).toEqual(written[0] === 'debug' ? written : ['info', 'warn', 'error']);
    });
  });

  describe('what is kept', () => {
    it('is bounded in lines, and what goes is counted', () => {
      const { book, log } = bookOf({}, { limits: { lines: 10, size: 10_000 } });
      for (let i = 0; i < 100; i += 1) log.info(`line ${i}`);
      expect(messages(book.recent())).toEqual(Array.from({ length: 10 }, (_, i) => `line ${90 + i}`));
      expect(book.recent()[0]!.seq).toBe(91);
      expect(book.counts.shed).toBe(90);
    });

    it('is bounded in size, its fields included', () => {
      const { book, log } = bookOf({}, { limits: { lines: 1_000, size: 5_000 } });
      for (let i = 0; i < 100; i += 1) log.info('line', { text: 'x'.repeat(1_000) });
      expect(book.recent().length).toBeLessThan(5);
      expect(book.recent().length).toBeGreaterThan(2);
      log.info('x'.repeat(20_000));
      expect(book.recent()).toHaveLength(1);
      expect(book.counts.shed).toBe(100);
    });
  });

  describe('who follows it', () => {
    it('is told from now on, until it goes', () => {
      const { book, log } = bookOf();
      log.info('before');
      const heard: string[] = [];
      const following = book.lines$
        .pipe(map(({ message }) => message))
        .subscribe((message) => heard.push(message));
      log.info('one');
      log.debug('quiet');
      following.unsubscribe();
      log.info('after');
      expect(heard).toEqual(['one']);
    });

    it('may log about what it hears without an end of it, and others hear it in order', () => {
      const { book, log, sink } = bookOf();
      const heard: LogEntry[] = [];
      book.lines$.subscribe(({ message }) => {
        log.info(`heard: ${message}`);
        log.info('and again');
      });
      book.lines$.subscribe((entry) => heard.push(entry));
      log.info('a');
      expect(messages(heard)).toEqual(['a', 'heard: a', 'and again']);
      // Echoes of echoes are kept and written, and told to nobody.
      expect(messages(sink.lines)).toEqual([
        'a',
        'heard: a',
        'and again',
        'heard: heard: a',
        'and again',
        'heard: and again',
        'and again',
      ]);
      expect(book.counts.untold).toBe(4);
      log.info('b');
      expect(messages(heard).slice(3)).toEqual(['b', 'heard: b', 'and again']);
    });

    it('may write very much while it is told of one line', () => {
      const { book, log } = bookOf();
      let told = 0;
      book.lines$.subscribe(() => {
        told += 1;
        for (let i = 0; i < 1_000; i += 1) log.info('more');
      });
      log.info('a');
      expect(told).toBe(101);
      expect(book.counts.untold).toBe(900 + 100 * 1_000);
    });
  });

  it('outlives a sink that throws or logs', () => {
    const lines: string[] = [];
    const sink: Log = {
      ...recordingLog(),
      info(message) {
        lines.push(message);
        log.info('the sink logs');
        throw new Error('full');
      },
      with: () => sink,
    };
    const { book, log } = bookOf({}, { sink });
    log.info('one');
    log.info('two');
    expect(lines).toEqual(['one', 'two']);
    expect(messages(book.recent())).toEqual(['one', 'the sink logs', 'two', 'the sink logs']);
    expect(book.counts.unwritten).toBe(4);
  });
});
