import { describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import * as v from 'valibot';
import { HttpHostConfig } from './options.ts';

describe('HttpHostConfig', () => {
  it('is complete without options', () => {
    expect(v.parse(HttpHostConfig, undefined)).toEqual({
      host: '127.0.0.1',
      port: 4620,
      tokens: {},
      allowedHosts: [],
      allowedOrigins: [],
      maxBodyBytes: 4_194_304,
      maxBodiesBytes: 67_108_864,
    });
    expect(v.parse(HttpHostConfig, { admin: {} })).toMatchObject({
      admin: { host: '127.0.0.1', port: 4621 },
    });
  });

  it.each([
    { port: 70_000 },
    { port: -1 },
    { port: '4620' },
    { host: '' },
    { unknown: 1 },
    { allowedHosts: ['http://x'] },
    { allowedOrigins: ['x.example'] },
    { tokens: { admin: 'x' } },
    { tokens: { local: 'x' } },
    { tokens: { anonymous: 'x' } },
    { tokens: { '': 'x' } },
    { tokens: { alice: '' } },
    { tokens: { alice: 'same', bob: 'same' } },
    { tokens: { alice: new Secret('same'), bob: 'same' } },
    { tokens: { alice: new Secret('with spaces') } },
    { tokens: { alice: {} } },
  ])('refuses %j', (options) => {
    expect(v.safeParse(HttpHostConfig, options).success).toBe(false);
  });

  it('takes a token as text and as a Secret, and shows neither', () => {
    const options = v.parse(HttpHostConfig, { tokens: { alice: 'a-token', bob: new Secret('b-token') } });
    expect(options.tokens['alice']!.reveal() + options.tokens['bob']!.reveal()).toBe('a-tokenb-token');
    expect(JSON.stringify(options)).not.toContain('-token');
  });

  it.each(['sec ret-token', 'sécret-token', 4815162342])('never repeats the token %j', (token) => {
    const { issues } = v.safeParse(HttpHostConfig, { tokens: { alice: token } });
    const messages = issues!.map((issue) => issue.message).join();
    expect(messages).toContain('a token is a string');
    expect(messages).not.toContain(String(token));
  });
});
