import { describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/plugin-api';
import { expander } from './interpolation.ts';

const env = { NAME: 'ann', EMPTY: '', HOME: '/home/ann', lower_1: 'yes' };
const expand = (text: string): string => expander('files', env, () => undefined)(text, 'here');
const code = (text: string): string => {
  try {
    return expand(text);
  } catch (error) {
    return SwitchyardError.is(error) ? `${error.code} ${error.message}` : String(error);
  }
};

describe('variables in a text', () => {
  it.each([
    ['plain', 'plain'],
    ['${NAME}', 'ann'],
    ['a${NAME}b${NAME}', 'aannbann'],
    ['${env:NAME}', 'ann'],
    ['${lower_1}', 'yes'],
    ['${EMPTY}', ''],
    ['${EMPTY:-other}', 'other'],
    ['${NONE:-other}', 'other'],
    ['${NONE:-}', ''],
    ['${NONE:-postgres://localhost/dev}', 'postgres://localhost/dev'],
    ['${env:NONE:-x:-y}', 'x:-y'],
    ['${userHome}/code', '/home/ann/code'],
    ['$NAME $HOME', '$NAME $HOME'],
    ['$${NAME}', '${NAME}'],
    ['$$$$', '$$'],
    ['$$${NAME}', '$ann'],
    ['100$', '100$'],
  ])('%s', (text, expected) => {
    expect(expand(text)).toBe(expected);
  });

  it('are not looked for in what a variable holds', () => {
    expect(expander('files', { A: '${B}$$', B: 'no' }, () => undefined)('${A}', 'here')).toBe('${B}$$');
  });

  it.each([
    ['${NONE}', 'VARIABLE_MISSING files: the environment variable NONE is not set'],
    ['${input:token}', 'KEY_NOT_SUPPORTED files: "${input:token}" is not supported by this version'],
    ['${secret:pat}', 'KEY_NOT_SUPPORTED files: "${secret:pat}" is not supported by this version'],
    ['${workspaceFolder}', 'KEY_NOT_SUPPORTED files: "${workspaceFolder}" is not supported by this version'],
    ['${NAME', 'SERVER_INVALID files: a "${" has no "}"'],
    ['${}', 'SERVER_INVALID files: the name in a "${…}" is no variable'],
    ['${1+1}', 'SERVER_INVALID files: the name in a "${…}" is no variable'],
  ])('that cannot be had are named: %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });
});
