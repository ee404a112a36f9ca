import type { Call, Execute, LedgerBalance, Outcome } from '@switchyard/plugin-api';

/** Counts calls in and out, always. Also the place where a second outcome of a call would stop. */
export class Ledger {
  #accepted = 0;
  #answered = 0;
  #cancelled = 0;
  #inFlight = 0;

  get balance(): LedgerBalance {
    return {
      accepted: this.#accepted,
      answered: this.#answered,
      cancelled: this.#cancelled,
      inFlight: this.#inFlight,
    };
  }

  /**
   * The layer that counts.
   * @param refused is shown each error that the gateway itself ends a call with, and says what the client gets.
   */
  count(next: Execute, refused?: (call: Call, outcome: Outcome) => Outcome): Execute {
    return (call, sink) => {
      let over = false;
      this.#accepted += 1;
      this.#inFlight += 1;
      return next(call, (event) => {
        if (over) return;
        if (event.kind === 'outcome') {
          over = true;
          this.#inFlight -= 1;
          if (event.outcome.kind === 'cancelled') this.#cancelled += 1;
          else this.#answered += 1;
          const { outcome } = event;
          if (refused && outcome.kind === 'error' && outcome.from === 'gateway')
            return sink({ kind: 'outcome', outcome: refused(call, outcome) });
        }
        sink(event);
      });
    };
  }
}
