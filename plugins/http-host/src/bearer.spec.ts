import { describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import { bearers } from './bearer.ts';

const principalOf = bearers({ alice: new Secret('token-of-alice'), bob: new Secret('token-of-bob') });

describe('bearers', () => {
  it.each([
    ['Bearer token-of-alice', 'alice'],
    ['bearer token-of-bob', 'bob'],
    ['BEARER   token-of-bob', 'bob'],
  ])('%s is %s', (header, principal) => {
    expect(principalOf([header])).toBe(principal);
  });

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer token-of-alic',
    'Bearer token-of-alicee',
    'Bearer TOKEN-OF-ALICE',
    'Bearer token-of-alice x',
    'Bearer token-of-alice,token-of-bob',
    'token-of-alice',
    'Basic dG9rZW4tb2YtYWxpY2U=',
    'Bearer constructor',
    `Bearer ${'x'.repeat(15_000)}`,
  ])('%s is nobody', (header) => {
    expect(principalOf([header])).toBeUndefined();
  });

  it('knows nobody by no header, and nobody by two', () => {
    expect(principalOf(undefined)).toBeUndefined();
    expect(principalOf([])).toBeUndefined();
    expect(principalOf(['Bearer token-of-alice', 'Bearer token-of-alice'])).toBeUndefined();
  });
});
