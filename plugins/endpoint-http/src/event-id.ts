/** Which event of which stream of a session: the streams count from 0, the events of each from 1. */
export interface EventId {
  readonly stream: number;
  readonly event: number;
}

/** As it stands in `id:` and comes back in `Last-Event-ID`. Unique within its session, where alone it is looked up. */
export function eventId(stream: number, event: number): string {
  return `${stream}-${event}`;
}

/** Undefined: none of ours. */
export function readEventId(text: string): EventId | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  return match ? { stream: Number(match[1]), event: Number(match[2]) } : undefined;
}
