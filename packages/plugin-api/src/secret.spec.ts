import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.ts';

const secret = new Secret('hunter2-hunter2');

describe('a secret', () => {
  it('is told only to who asks for it', () => {
    expect(secret.reveal()).toBe('hunter2-hunter2');
  });

  it.each<[string, () => string]>([
    ['toString', () => secret.toString()],
    ['String', () => String(secret)],
    ['a template', () => `${secret}`],
    ['concatenation', () => '' + (secret as unknown as string)],
    ['JSON', () => JSON.parse(JSON.stringify(secret)) as string],
    [
      'JSON around it',
      () => (JSON.parse(JSON.stringify({ token: [secret] })) as { token: [string] }).token[0],
    ],
    ['inspection', () => inspect(secret)],
    ['the console', () => format('%s', secret)],
  ])('prints nothing of itself: %s', (_name, print) => {
    expect(print()).toBe('[redacted]');
  });

  it.each([
    ['inspection that calls nothing', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['a spread', () => JSON.stringify({ ...secret })],
    [
      'its members',
      () => JSON.stringify(Reflect.ownKeys(secret).map((key) => [String(key), Reflect.get(secret, key)])),
    ],
    ['a clone', () => JSON.stringify(structuredClone(secret))],
  ])('hides from %s', (_name, look) => {
    expect(look()).not.toContain('hunter2');
  });

  it('is known from another copy of this package', async () => {
    const copy = (await import(`./secret.ts?copy=${'2'}`)) as { Secret: typeof Secret };
    const foreign = new copy.Secret('hunter2-hunter2');
    expect(Secret.is(foreign)).toBe(true);
    expect(Secret.is(secret)).toBe(true);
    expect(foreign.reveal()).toBe('hunter2-hunter2');
  });

  it.each([undefined, null, 'text', {}, { reveal: () => 'x' }])('is not %p', (other) => {
    expect(Secret.is(other)).toBe(false);
  });
});
