import { describe, expect, it } from '@jest/globals';
import type { ServerPhase, ServerView } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { boundedEvents } from '../http/stream.ts';
import { serverEvents, type ServerEvent, type ServerEventArguments } from './server-events.ts';

/** A server whose latest changes of phase have these numbers. */
function viewOf(name: string, ...changes: readonly (readonly [number, ServerPhase])[]): ServerView {
  const transitions = changes.map(([seq, to]) => ({ seq, to }));
  return { name, phase: transitions.at(-1)?.to ?? 'idle', transitions } as unknown as ServerView;
}

/** A subscription, with the changes that the test makes. */
function following(present: readonly ServerView[], given: ServerEventArguments = {}) {
  let change: (view: ServerView) => void = () => {};
  const context = {
    servers: {
      list: () => present,
      changes$: {
        subscribe(next: (view: ServerView) => void) {
          change = next;
          return { unsubscribe: () => (change = () => {}) };
        },
      },
    },
    serverNamed: (name: string) => present.find((view) => view.name === name),
  } as unknown as AdminContext;
  const feed = serverEvents(given, context);
  const lost: number[] = [];
  const events = boundedEvents(feed.source, {
    limit: 3,
    first: feed.first,
    onDropped: (n) => void lost.push(n),
  });
  return {
    lost,
    change: (view: ServerView) => change(view),
    read: async (count: number) => {
      const read = [];
      for (let at = 0; at < count; at += 1) {
        const { value, dropped } = (await events.next()).value as { value: ServerEvent; dropped: number };
        read.push([value.seq, dropped, value.server.name, value.transition?.to]);
      }
      return read;
    },
  };
}

describe('events of servers', () => {
  it('tell each change once, however often and however bundled the views come', async () => {
    const { change, read } = following([viewOf('files', [1, 'ready'])]);
    expect(await read(1)).toEqual([[1, 0, 'files', undefined]]);
    change(viewOf('files', [1, 'ready']));
    change(viewOf('files', [1, 'ready'], [4, 'backoff'], [6, 'starting']));
    change(viewOf('files', [4, 'backoff'], [6, 'starting']));
    change(viewOf('files', [6, 'starting'], [7, 'negotiating']));
    expect(await read(3)).toEqual([
      [2, 0, 'files', 'backoff'],
      [3, 0, 'files', 'starting'],
      [4, 0, 'files', 'negotiating'],
    ]);
  });

  it('say how many were missed by who reads slowly, and number those too', async () => {
    const { change, read, lost } = following([viewOf('files')]);
    expect(await read(1)).toEqual([[1, 0, 'files', undefined]]);
    for (const seq of [1, 2, 3, 4, 5]) change(viewOf('files', [seq, 'backoff']));
    expect(await read(2)).toEqual([
      [4, 2, 'files', 'backoff'],
      [5, 0, 'files', 'backoff'],
    ]);
    expect(lost).toEqual([1, 1]);
  });

  it('tell the present of a server that is new, or was made anew', async () => {
    const { change, read } = following([viewOf('files', [3, 'ready'])], { snapshot: false });
    const first = read(1);
    change(viewOf('mail'));
    expect(await first).toEqual([[1, 0, 'mail', undefined]]);
    change(viewOf('files'));
    change(viewOf('files', [5, 'starting']));
    expect(await read(2)).toEqual([
      [2, 0, 'files', undefined],
      [3, 0, 'files', 'starting'],
    ]);
  });

  it('are those that match when they happen', async () => {
    const { change, read } = following([viewOf('files', [1, 'ready']), viewOf('mail', [2, 'ready'])], {
      filter: { phase: ['backoff'], search: 'FILE' },
    });
    const first = read(1);
    change(viewOf('mail', [2, 'ready'], [3, 'backoff']));
    change(viewOf('files', [1, 'ready'], [4, 'backoff'], [5, 'starting']));
    expect(await first).toEqual([[1, 0, 'files', 'backoff']]);
  });
});
