import type { RequestSignal, RpcId, WireMessage } from '@switchyard/plugin-api';
import type { Message } from '@switchyard/protocol';
import type { PendingRequest } from './request.ts';

/** A message with what only its session knows. A class, because one is made for each call: its shape never changes. */
export class Outgoing implements WireMessage {
  readonly segments: WireMessage['segments'];
  readonly kind: WireMessage['kind'];
  readonly id: RpcId | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
  readonly protocolVersion: string | undefined;
  readonly #request: PendingRequest | undefined;

  constructor(message: Message, agreedVersion: string | undefined, request: PendingRequest | undefined) {
    this.segments = message.segments;
    this.kind = message.kind;
    this.id = message.id;
    this.method = message.method;
    this.name = message.name;
    this.protocolVersion = message.protocolVersion ?? agreedVersion;
    this.#request = request;
  }

  /** Asked for by wires that have a stream for each request; the calls of all others need no controller. */
  get signal(): RequestSignal | undefined {
    return this.#request?.signal;
  }
}
