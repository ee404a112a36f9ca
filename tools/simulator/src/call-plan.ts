/** How a server answers a call, where it answers. */
export type AnswerPlan =
  | 'result'
  | 'tool_error'
  /** A JSON-RPC error of a handler that ran. */
  | 'rpc_error'
  /** `method not found`: it was not executed. */
  | 'refused'
  /** Executed, and never answered. */
  | 'none'
  /** Bytes that begin like the answer and are no message. */
  | 'damaged'
  /** An answer over the limit of the wire. */
  | 'oversize'
  | 'twice'
  /** The process ends before it executes, or after, without an answer. */
  | 'exit_before'
  | 'exit_after'
  /** As over HTTP: the request is lost, refused with a status, or was never taken, while the wire lives. */
  | 'lost'
  | 'status_503'
  | 'status_429'
  | 'untaken';

/** What is to become of one call at its server; it travels in the arguments of the call. */
export interface CallPlan {
  /** Milliseconds before it is executed, and then before it is answered. */
  readonly before: number;
  readonly after: number;
  readonly answer: AnswerPlan;
  /** What further attempts get, where the call is sent again. */
  readonly then: AnswerPlan;
  /** Messages of progress between the execution and the answer. */
  readonly progress: number;
  /** It asks the client something before it answers. */
  readonly asks: boolean;
  /** It stops when it is told that the call was cancelled. */
  readonly heeds: boolean;
}

/** The arguments of each call: what servers repeat in all that they say of it. */
export interface Marked {
  readonly nonce: string;
  readonly client: string;
}
