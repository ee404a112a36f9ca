import { expect, it } from '@jest/globals';
import { globalId, readGlobalId } from './global-id.ts';

it('finds again what an id was made of, and nothing else', () => {
  const id = globalId('Tool', 'files', 'files__read "it"');
  expect(readGlobalId(id)).toEqual({ type: 'Tool', keys: ['files', 'files__read "it"'] });
  for (const other of [
    '',
    'files',
    `${id}=`,
    `${id}.`,
    globalId('Tool'),
    Buffer.from('[1,2]').toString('base64url'),
  ]) {
    expect(readGlobalId(other)).toBeUndefined();
  }
});
