import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { assertDescriptors } from './descriptors.ts';

function refusal(descriptors: { readonly allowed: number; readonly open: number }): string | undefined {
  try {
    assertDescriptors('files', descriptors);
    return undefined;
  } catch (error) {
    if (!SwitchyardError.is(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe('a start', () => {
  it.each([
    [{ allowed: 1_024, open: 952 }, 'goes'],
    [{ allowed: 1_024, open: 953 }, 'is refused'],
    [{ allowed: 64, open: 40 }, 'goes'],
    [{ allowed: 64, open: 41 }, 'is refused'],
  ])('with %j %s', (descriptors, becomes) => {
    expect(refusal(descriptors) === undefined ? 'goes' : 'is refused').toBe(becomes);
  });

  it('that is refused says why', () => {
    expect(refusal({ allowed: 64, open: 60 })).toBe(
      'SPAWN_FAILED: files: the process could not be started: 60 of 64 open files are in use, and the last 16 are kept for clients',
    );
  });

  it('knows what this process may have', () => {
    const allowed = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }));
    // Node takes all that it may have; a shell that it starts has as much.
    expect(allowed).toBeGreaterThan(72);
    expect(() => assertDescriptors('files')).not.toThrow();
  });
});
