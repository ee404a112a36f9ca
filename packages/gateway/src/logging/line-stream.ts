import type { LogEntry } from '@switchyard/plugin-api';
import { Observable, type Subscriber } from 'rxjs';

/** How many lines may be written while one is told. */
const MOST_ECHOES = 100;

/**
 * Tells each line to whoever follows the log. A subscriber that writes a line while it is told of one has it told after
 * this one; what it writes about that is kept in the log, and told to nobody: it would never end.
 */
export class LineStream {
  readonly #subscribers = new Set<Subscriber<LogEntry>>();
  readonly #echoes: LogEntry[] = [];
  #telling: 'nothing' | 'lines' | 'echoes' = 'nothing';
  /** How many lines were told to nobody for that reason. */
  untold = 0;

  readonly lines$ = new Observable<LogEntry>((subscriber) => {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  });

  tell(entry: LogEntry): void {
    if (this.#subscribers.size === 0) return;
    if (this.#telling === 'nothing') this.#tellAll(entry);
    else if (this.#telling === 'lines' && this.#echoes.length < MOST_ECHOES) this.#echoes.push(entry);
    else this.untold += 1;
  }

  #tellAll(entry: LogEntry): void {
    this.#telling = 'lines';
    this.#each(entry);
    this.#telling = 'echoes';
    for (const echo of this.#echoes.splice(0)) this.#each(echo);
    this.#telling = 'nothing';
  }

  /** What a subscriber throws RxJS reports by itself, later: the others are told in any case. */
  #each(entry: LogEntry): void {
    for (const subscriber of [...this.#subscribers]) subscriber.next(entry);
  }
}
