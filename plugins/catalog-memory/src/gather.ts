/** Adds items to the list that a key has, or makes it. */
export function gather<K, V>(lists: Map<K, V[]>, key: K, items: readonly V[]): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [...items]);
  else list.push(...items);
}
