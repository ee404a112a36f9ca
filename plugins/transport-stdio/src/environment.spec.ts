import { describe, expect, it } from '@jest/globals';
import { Secret } from '@switchyard/plugin-api';
import { childEnvironment, type EnvironmentParts } from './environment.ts';

const inherited = {
  PATH: '/bin',
  HOME: '/home/someone',
  LC_TIME: 'C',
  GITHUB_TOKEN: 'secret',
  path: 'another one',
  SWITCHYARD_ADMIN_TOKEN: 'secret',
};
const marker = { SWITCHYARD_RUN_ID: 'r1', SWITCHYARD_SERVER: 'files' };

const environment = (parts: Partial<EnvironmentParts> = {}) =>
  childEnvironment({
    inherited,
    inherit: false,
    declared: {},
    runId: 'r1',
    server: 'files',
    platform: 'linux',
    ...parts,
  });

describe('the environment of a server', () => {
  const short = { PATH: '/bin', HOME: '/home/someone', LC_TIME: 'C', ...marker };

  it('is a short list and the marker', () => {
    expect(environment()).toEqual(short);
  });

  it('has the names that it is to inherit, beside the list', () => {
    expect(environment({ inherit: ['GITHUB_TOKEN', 'ABSENT'] })).toEqual({
      ...short,
      GITHUB_TOKEN: 'secret',
    });
  });

  it('never has what is the gateway’s own, even if it is to inherit everything', () => {
    const whole = { ...short, GITHUB_TOKEN: 'secret', path: 'another one' };
    expect(environment({ inherit: true })).toEqual(whole);
    expect(environment({ inherit: ['SWITCHYARD_ADMIN_TOKEN'] })).toEqual(short);
  });

  it('has what is declared, as text; null takes away; the marker stays', () => {
    const declared = {
      PORT: 8080,
      DEBUG: false,
      EMPTY: new Secret(''),
      HOME: null,
      SWITCHYARD_RUN_ID: new Secret('forged'),
    };
    expect(environment({ declared })).toEqual({
      PATH: '/bin',
      LC_TIME: 'C',
      PORT: '8080',
      DEBUG: 'false',
      EMPTY: '',
      ...marker,
    });
  });

  it('does not tell names apart by case on Windows', () => {
    const windows = {
      inherited: { Path: 'C:\\bin', SystemRoot: 'C:\\Windows', Token: 'secret' },
      platform: 'win32',
    } as const;
    expect(environment({ ...windows, declared: { path: new Secret('D:\\bin') } })).toEqual({
      PATH: 'D:\\bin',
      SYSTEMROOT: 'C:\\Windows',
      ...marker,
    });
  });
});
