import { describe, expect, it } from '@jest/globals';
import { headerValues } from './header-values.ts';

describe('the values of a header', () => {
  const raw = ['Host', 'a', 'hOST', 'b', 'Hosts', 'c', 'Accept', 'Host', 'Origin', ''];

  it('are all of them, in order, however the name is written', () => {
    expect(headerValues(raw, 'host')).toEqual(['a', 'b']);
    expect(headerValues(raw, 'origin')).toEqual(['']);
  });

  it('are none where it is not there', () => {
    expect(headerValues(raw, 'authorization')).toEqual([]);
    expect(headerValues([], 'host')).toEqual([]);
  });
});
