import {
  type Call,
  type Door,
  type DoorSession,
  type Exchange,
  type ExchangeEvent,
  type LogLevel,
  type Notice,
  payloadOf,
  type Sink,
} from '@switchyard/plugin-api';
import { Subject } from 'rxjs';

/** A call that arrived at the door, for the test to answer. */
export interface Arrived {
  readonly call: Call;
  readonly emit: Sink;
  /** Ends it with a result. */
  result(value: object): void;
  readonly cancelled: Promise<string>;
  readonly replies: Parameters<Exchange['reply']>[];
}

/** A door that hands each call to the test: what endpoints are proved against. */
export class ScriptedDoor implements Door {
  readonly info = { name: 'switchyard', title: 'Switchyard', version: '0.1.0' };
  readonly listChanged$ = new Subject<'tools' | 'prompts' | 'resources'>();
  readonly notices$ = new Subject<Notice>();
  readonly levels: { readonly session: DoorSession; readonly level: LogLevel }[] = [];
  readonly ended: DoorSession[] = [];
  readonly rootsOf: DoorSession[] = [];
  /** What is said of a call before `execute` returns. */
  atOnce: readonly ExchangeEvent[] = [];
  readonly #arrived: Arrived[] = [];
  readonly #awaited: ((arrived: Arrived) => void)[] = [];
  #ids = 0;
  instructions = () => 'be kind';
  newCallId = () => `call-${++this.#ids}`;
  setLogLevel = (session: DoorSession, level: LogLevel) => void this.levels.push({ session, level });
  rootsChanged = (session: DoorSession) => void this.rootsOf.push(session);
  readonly counted: number[] = [];
  connected = (clients: number) => void this.counted.push(clients);
  sessionEnded = (session: DoorSession) => void this.ended.push(session);

  readonly execute = (call: Call, sink: Sink): Exchange => {
    let over = false;
    const emit = (event: ExchangeEvent) => {
      if (over) return;
      over = event.kind === 'outcome';
      sink(event);
    };
    let told: (reason: string) => void;
    const cancelled = new Promise<string>((resolve) => (told = resolve));
    const replies: Arrived['replies'] = [];
    const result = (value: object) =>
      emit({ kind: 'outcome', outcome: { kind: 'result', result: payloadOf(value) } });
    const arrived: Arrived = { call, emit, result, cancelled, replies };
    const awaited = this.#awaited.shift();
    if (awaited) awaited(arrived);
    else this.#arrived.push(arrived);
    for (const event of this.atOnce) emit(event);
    return {
      cancel(reason) {
        told(reason);
        emit({ kind: 'outcome', outcome: { kind: 'cancelled', reason } });
      },
      reply(...reply) {
        replies.push(reply);
        return 'taken';
      },
    };
  };

  /** The next call that arrives, or did and was not asked for yet. */
  next(): Promise<Arrived> {
    const arrived = this.#arrived.shift();
    return arrived ? Promise.resolve(arrived) : new Promise((resolve) => this.#awaited.push(resolve));
  }

  /** How many calls arrived that no test asked for. */
  get unasked(): number {
    return this.#arrived.length;
  }
}
