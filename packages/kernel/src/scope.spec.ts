import { describe, expect, it } from '@jest/globals';
import type { Owned } from '@switchyard/plugin-api';
import { Scope } from './scope.ts';
import { stoppedClock } from './spec-clock.ts';
import { rejection } from './spec-kernel.ts';

const never = (): Promise<void> => new Promise(() => {});

describe('a scope', () => {
  it('undoes what it owns newest first, one after another, whatever form it has', async () => {
    const order: string[] = [];
    const scope = new Scope('s');
    scope.own(() => void order.push('function'));
    scope.own({ [Symbol.dispose]: () => void order.push('disposable') });
    scope.own({
      [Symbol.asyncDispose]: async () => {
        order.push('async disposable begins');
        await Promise.resolve();
        order.push('async disposable ends');
      },
    });
    await scope.close();
    expect(order).toEqual(['async disposable begins', 'async disposable ends', 'disposable', 'function']);
  });

  it('returns what it takes, and calls it by its label or name', () => {
    class Socket {
      [Symbol.dispose](): void {}
    }
    const scope = new Scope('s');
    const socket = new Socket();
    expect(scope.own(socket)).toBe(socket);
    scope.own(function stopServer() {});
    scope.own(() => {});
    scope.own(Object.create(null, { [Symbol.dispose]: { value: () => {} } }) as Disposable);
    scope.own(() => {}, 'the timer');
    scope.child('inner').own(() => {}, 'a file');
    expect(scope.holds()).toEqual([
      { label: 'Socket' },
      { label: 'stopServer' },
      { label: 'function' },
      { label: 'object' },
      { label: 'the timer' },
      { label: 'inner', holds: [{ label: 'a file' }] },
    ]);
  });

  it('refuses at once what it could not undo', () => {
    const scope = new Scope('s');
    for (const thing of [{}, null, undefined, 'text', 1]) {
      expect(() => scope.own(thing as unknown as Owned)).toThrow(/can be owned/);
    }
    expect(scope.size).toBe(0);
  });

  it('says what it is undoing', async () => {
    const scope = new Scope('s');
    const seen: (string | undefined)[] = [];
    scope.own(() => void seen.push(scope.undoing), 'a file');
    scope.child('inner').own(() => void seen.push(scope.undoing), 'a timer');
    seen.push(scope.undoing);
    await scope.close();
    expect([...seen, scope.undoing]).toEqual([undefined, 'inner: a timer', 'a file', undefined]);
  });

  it('says that it closes before it undoes anything', async () => {
    const scope = new Scope('s');
    scope.own(() => expect(scope.signal.aborted).toBe(true));
    expect(scope.signal.aborted).toBe(false);
    await scope.close();
  });

  it('undoes everything although some of it fails, and tells every failure', async () => {
    const order: string[] = [];
    const scope = new Scope('s');
    scope.own(() => void order.push('first'));
    scope.own(() => {
      throw new Error('stuck');
    }, 'valve');
    scope.child('inner').own(() => Promise.reject(new Error('gone')), 'pipe');
    const error = await rejection(scope.close());
    expect(order).toEqual(['first']);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toMatchObject([
      {
        code: 'PLUGIN_TEARDOWN_FAILED',
        message: 'inner: pipe could not be undone: gone',
        cause: { message: 'gone' },
      },
      { code: 'PLUGIN_TEARDOWN_FAILED', message: 's: valve could not be undone: stuck' },
    ]);
    await expect(scope.close()).rejects.toThrow('stuck');
    await expect(scope[Symbol.asyncDispose]()).rejects.toThrow('stuck');
  });

  it('closes its children in their turn', async () => {
    const order: string[] = [];
    const scope = new Scope('s');
    scope.own(() => void order.push('oldest'));
    const child = scope.child('child');
    child.own(() => void order.push('in child'));
    scope.own(() => void order.push('newest'));
    await scope.close();
    expect(order).toEqual(['newest', 'in child', 'oldest']);
    expect(child.signal.aborted).toBe(true);
  });

  it('forgets a child that closed by itself, but waits for one that is still closing', async () => {
    const scope = new Scope('s');
    await scope.child('early').close();
    expect(scope.holds()).toEqual([]);

    let finish = (): void => {};
    const slow = scope.child('slow');
    slow.own(() => new Promise<void>((resolve) => (finish = resolve)));
    const closingChild = slow.close();
    let closed = false;
    const closing = scope.close().then(() => (closed = true));
    await Promise.resolve();
    expect(closed).toBe(false);
    finish();
    await Promise.all([closing, closingChild]);
  });

  it('undoes once, however often it is closed', async () => {
    let times = 0;
    const scope = new Scope('s');
    scope.own(() => void (times += 1));
    await Promise.all([scope.close(), scope.close()]);
    await scope.close();
    expect(times).toBe(1);
  });

  it('lets go of what ended by itself', async () => {
    const scope = new Scope('s');
    let times = 0;
    const owned = scope.own(() => void (times += 1));
    scope.disown(owned);
    scope.disown(() => {});
    await scope.close();
    expect(times).toBe(0);
  });

  it('takes more while it closes, and undoes it next', async () => {
    const order: string[] = [];
    const scope = new Scope('s');
    scope.own(() => void order.push('old'));
    scope.own(() => void scope.own(() => void order.push('late')));
    await scope.close();
    expect(order).toEqual(['late', 'old']);
  });

  it('undoes at once what it is given after it closed, and says so', async () => {
    const scope = new Scope('s');
    await scope.close();
    let undone = false;
    expect(() => scope.own(() => void (undone = true))).toThrow('s was undone already');
    expect(undone).toBe(true);
    expect(() => scope.own(() => Promise.reject(new Error('nobody hears this')))).toThrow(
      's was undone already',
    );
    expect(() => scope.child('c')).toThrow('s was undone already');
  });

  it('gives up waiting when its patience is over, names what hung, and still undoes the rest', async () => {
    const clock = stoppedClock();
    const order: string[] = [];
    const scope = new Scope('s', { clock, ms: 3_000 });
    scope.own(() => void order.push('at once'));
    scope.own(never, 'another');
    const inner = scope.child('inner');
    inner.own(async () => void order.push('in inner'));
    inner.own(never, 'socket');
    const closing = rejection(scope.close());
    clock.ring();
    const { errors } = (await closing) as AggregateError;
    expect(errors).toMatchObject([
      { message: 'inner: socket could not be undone: it did not end within 3 s' },
      { message: 's: another could not be undone: it did not end within 3 s' },
    ]);
    expect(order).toEqual(['in inner', 'at once']);
    expect(clock.pending).toBe(0);
  });

  it('gives a child with a patience of its own its own time', async () => {
    const clock = stoppedClock();
    const scope = new Scope('s');
    scope.child('first', { clock, ms: 1_000 }).own(never, 'x');
    scope.child('second', { clock, ms: 2_000 }).own(never, 'y');
    const closing = rejection(scope.close());
    clock.ring();
    for (let turn = 0; clock.pending === 0 && turn < 100; turn += 1) await Promise.resolve();
    clock.ring();
    expect(((await closing) as AggregateError).errors).toMatchObject([
      { message: 'second: y could not be undone: it did not end within 2 s' },
      { message: 'first: x could not be undone: it did not end within 1 s' },
    ]);
  });
});
