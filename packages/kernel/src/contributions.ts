import type { Contributions, ExtensionPoint } from '@switchyard/plugin-api';
import { Subject } from 'rxjs';
import { injectable } from 'tsyringe';

type AnyPoint = Pick<ExtensionPoint<unknown>, 'id' | 'key'>;

interface Owned {
  readonly plugin: string;
  readonly item: unknown;
}

/** One extension point: who contributed what, and whether anybody asked for it. */
interface Point {
  readonly id: string;
  read: boolean;
  owned: readonly Owned[];
  items: readonly unknown[];
  readonly changes: Subject<readonly unknown[]>;
}

/** The items of all extension points. A point comes into being when it is first read or contributed to. */
@injectable()
export class ContributionRegistry {
  readonly #points = new Map<symbol, Point>();

  /** Adds an item, and returns what takes it away again. */
  add(point: AnyPoint, plugin: string, item: unknown): () => void {
    const target = this.#point(point);
    const owned: Owned = Object.freeze({ plugin, item });
    change(target, [...target.owned, owned]);
    return () =>
      change(
        target,
        target.owned.filter((each) => each !== owned),
      );
  }

  /** The items of a point, live. From now on it counts as read. */
  read<T>(point: ExtensionPoint<T>): Contributions<T> {
    const source = this.#point(point);
    source.read = true;
    const changes$ = source.changes.asObservable();
    // Whoever contributes to a typed point gave items of its type: `Host.contribute` sees to that.
    return {
      get items() {
        return source.items;
      },
      get owned() {
        return source.owned;
      },
      changes$,
    } as Contributions<T>;
  }

  /** The ids of the points that a plugin contributes to now. */
  pointsOf(plugin: string): readonly string[] {
    return [...this.#points.values()]
      .filter((point) => point.owned.some((each) => each.plugin === plugin))
      .map((point) => point.id);
  }

  /** Points that have items and were never read, with the plugins that contributed in vain. */
  unread(): readonly { readonly point: string; readonly plugins: readonly string[] }[] {
    return [...this.#points.values()]
      .filter((point) => !point.read && point.owned.length > 0)
      .map((point) => ({ point: point.id, plugins: [...new Set(point.owned.map((each) => each.plugin))] }));
  }

  #point({ id, key }: AnyPoint): Point {
    let point = this.#points.get(key);
    if (point === undefined) {
      point = { id, read: false, owned: [], items: [], changes: new Subject() };
      this.#points.set(key, point);
    }
    return point;
  }
}

/** The lists are replaced, never edited: whoever holds one may go through it while plugins come and go. */
function change(point: Point, owned: readonly Owned[]): void {
  point.owned = Object.freeze(owned);
  point.items = Object.freeze(owned.map((each) => each.item));
  point.changes.next(point.items);
}
