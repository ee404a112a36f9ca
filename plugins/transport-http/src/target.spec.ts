import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { HttpOptions } from './options.ts';
import { HttpTarget } from './target.ts';

const url = 'https://tools.example/mcp?key=1';

describe('a target', () => {
  it('needs a URL only', () => {
    expect(v.parse(HttpTarget, { url })).toEqual({ url, headers: {} });
    const { headers } = v.parse(HttpTarget, {
      url: 'http://[::1]:8080',
      headers: { 'X-Key': 'a b\tc', E: '' },
    });
    expect(Object.entries(headers).map(([name, value]) => [name, value.reveal()])).toEqual([
      ['X-Key', 'a b\tc'],
      ['E', ''],
    ]);
    expect(JSON.stringify(headers)).toBe('{"X-Key":"[redacted]","E":"[redacted]"}');
  });

  it.each([
    [{ url: 'secret' }, 'must be a whole URL'],
    [{ url: '/secret' }, 'must be a whole URL'],
    [{ url: 7 }, 'must be a string'],
    [{ url: 'ftp://secret.example' }, 'must begin with https:// or http://'],
    [{ url: 'file:///secret' }, 'must begin with https:// or http://'],
    [{ url: 'ws://secret.example' }, 'must begin with https:// or http://'],
    [{ url: 'https://ann:secret@a.example' }, 'must hold no user and no password'],
    [{ url: 'https://secret@a.example' }, 'must hold no user and no password'],
    [{ url, headers: { Authorization: 'secret\r\nX: y' } }, 'must hold no line breaks'],
    [{ url, headers: { Authorization: 'secret\n' } }, 'must hold no line breaks'],
    [{ url, headers: { Authorization: 'secret\0' } }, 'must hold no line breaks'],
    [{ url, headers: { Authorization: 'secret€' } }, 'must be Latin-1'],
    [{ url, headers: { Authorization: 7 } }, 'must be a string'],
    [{ url, headers: { 'a b': 'secret' } }, 'the name of a header is made of'],
    [{ url, headers: { 'a:': 'secret' } }, 'the name of a header is made of'],
    [{ url, headers: { '': 'secret' } }, 'the name of a header is made of'],
    [{ url, headers: { 'X-A': 'secret', 'x-a': 'secret' } }, '"x-a" is given twice'],
    ...[
      ...['Host', 'content-length', 'Content-Type', 'ACCEPT', 'Mcp-Session-Id', 'MCP-Protocol-Version'],
      ...['Transfer-Encoding', 'Connection', 'Last-Event-ID'],
    ].map(
      (name) => [{ url, headers: { [name]: 'secret' } }, `"${name}" is set by switchyard itself`] as const,
    ),
  ])('%j is refused in words that hold none of its values', (entry, words) => {
    const { issues } = v.safeParse(HttpTarget, entry);
    const messages = issues?.map(({ message }) => message).join();
    expect(messages).toContain(words);
    expect(messages).not.toContain('secret');
  });
});

it('options are complete when none are given', () => {
  expect(v.parse(HttpOptions, undefined)).toEqual({ maxSockets: 256 });
});
