import type { Source } from '../admin-api.ts';

/** What a subscription is made of: the present, taken in the moment in which the changes begin, and the changes. */
export interface Feed<T> {
  readonly first: () => readonly T[];
  readonly source: Source<T>;
}
