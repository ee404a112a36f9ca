import { expect, it } from '@jest/globals';
import { eventId, readEventId } from './event-id.ts';

it('comes back as it went', () => {
  expect(readEventId(eventId(12, 345))).toEqual({ stream: 12, event: 345 });
});

it.each([
  '',
  '1',
  '1-',
  '-1',
  '1-2-3',
  ' 1-2',
  '1-2\n',
  '0x1-2',
  '1e3-1',
  '1.5-2',
  '-1-2',
  `${'9'.repeat(20)}-1`,
])('%j is none', (text) => {
  expect(readEventId(text)).toBeUndefined();
});
