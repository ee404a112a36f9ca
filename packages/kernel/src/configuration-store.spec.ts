import { describe, expect, it } from '@jest/globals';
import { ConfigurationStore } from './configuration-store.ts';

describe('a configuration store', () => {
  it('tells the present on subscription, then each change', () => {
    const store = new ConfigurationStore({ port: 1 });
    const seen: unknown[] = [];
    store.snapshot$.subscribe((snapshot) => seen.push(snapshot));
    const replaced = store.replace({ port: 2 });
    expect(replaced).toEqual({ revision: 2, value: { port: 2 } });
    expect(store.current).toBe(replaced);
    expect(seen).toEqual([{ revision: 1, value: { port: 1 } }, replaced]);
    const late: unknown[] = [];
    store.snapshot$.subscribe((snapshot) => late.push(snapshot));
    expect(late).toEqual([replaced]);
  });

  it('freezes values all the way down, circles included, and leaves alone what has a class', () => {
    interface Value {
      readonly servers: { args: string[] }[];
      readonly bytes: Uint8Array;
      readonly bare: { n: number };
      self?: unknown;
    }
    const bare = Object.assign(Object.create(null) as { n: number }, { n: 1 });
    const value: Value = { servers: [Object.freeze({ args: ['a'] })], bytes: Buffer.from('x'), bare };
    value.self = value;
    const { current } = new ConfigurationStore(value);
    expect(() => current.value.servers[0]!.args.push('b')).toThrow(TypeError);
    expect(() => (current.value.bare.n = 2)).toThrow(TypeError);
    expect(() => ((current as { revision: number }).revision = 7)).toThrow(TypeError);
    current.value.bytes[0] = 1;
  });

  it('tells changes in their order to everybody, also those made while it tells one', () => {
    const store = new ConfigurationStore(1);
    const seen: number[] = [];
    store.snapshot$.subscribe(({ value }) => {
      if (value === 2) {
        store.replace(3);
        expect(store.current.value).toBe(3);
        store.replace(4);
      }
    });
    store.snapshot$.subscribe(({ value }) => seen.push(value));
    store.replace(2);
    store.replace(5);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(store.current.revision).toBe(5);
  });
});
