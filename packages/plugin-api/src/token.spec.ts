import { describe, expect, it } from '@jest/globals';
import { createExtensionPoint, createToken } from './token.ts';

describe('tokens and extension points', () => {
  it('are the same for two copies of this package', () => {
    expect(createToken('servers').key).toBe(createToken('servers').key);
    expect(createExtensionPoint('transports').key).toBe(createExtensionPoint('transports').key);
  });

  it('differ by id and by what they name', () => {
    expect(createToken('a').key).not.toBe(createToken('b').key);
    expect(createToken('a').key).not.toBe(createExtensionPoint('a').key);
    expect(createToken('a').id).toBe('a');
  });
});
