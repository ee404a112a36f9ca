import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Clock } from './clock.ts';
import type { Log } from './host.ts';
import type { RpcId } from './payload.ts';

/** `sent`: the first byte was handed to a live pipe. `unsent`: certainly no byte was. */
export type Sent = 'sent' | 'unsent';

/**
 * Says once that a request is over: answered, cancelled, timed out or lost. It is used like an `AbortSignal`, and is none:
 * one of those for each call would cost more than the rest of its way through the gateway.
 */
export interface RequestSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** One message to put on a wire. The wire needs none of the facts beside `segments`, but may route or label by them. */
export interface WireMessage {
  /** The message's bytes, in order, not to be changed: one JSON-RPC message in UTF-8, without line breaks. */
  readonly segments: readonly Uint8Array[];
  readonly kind: 'request' | 'response' | 'notification';
  readonly id?: RpcId | undefined;
  readonly method?: string | undefined;
  /** The tool, prompt or resource that it addresses. */
  readonly name?: string | undefined;
  readonly protocolVersion?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** The id of the request on whose stream this belongs. */
  readonly relatesTo?: RpcId | undefined;
  /**
   * Aborting it ends that request's stream, where the wire has one stream a request. A message of which no byte went
   * out by then is never sent, and settles as `unsent`.
   */
  readonly signal?: RequestSignal | undefined;
}

/** What a wire hands up. */
export type Received =
  /** One message; `relatesTo` says on which request's stream it came. The bytes are not reused by the wire. */
  | { readonly bytes: Uint8Array; readonly relatesTo?: RpcId }
  /**
   * A message over the limit, dropped: its first and last 4 KiB and its length in bytes, as far as it was read.
   * `relatesTo`: it was the only answer to that request.
   */
  | {
      readonly oversize: { readonly head: Uint8Array; readonly tail: Uint8Array; readonly length: number };
      readonly relatesTo?: RpcId;
    }
  /** One request was lost or refused, and no message will answer it. */
  | {
      readonly failed: {
        readonly relatesTo: RpcId;
        /** `unsent` also where the server certainly refused it and a new session may take it: it may go out again. */
        readonly sent: Sent;
        /** The HTTP status that the server answered it with. */
        readonly status?: number;
        /** One sentence for people, where there is more to say than the status: `the stream ended without an answer`. */
        readonly cause?: string;
        readonly retryAfterMs?: number;
        readonly challenge?: string;
      };
    };

/** Why a wire carries nothing any more. */
export interface Loss {
  /** One sentence for people: `exited with code 7`, `stdin closed`. Never a secret. */
  readonly cause: string;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly httpStatus?: number;
  /** The server is there and has only forgotten the session: a new one may begin at once. */
  readonly forgotten?: boolean;
  /** The last lines of the server's stderr. */
  readonly stderr?: string;
  /** `WireContext.doubt`, where nothing came from the server before. */
  readonly doubt?: string;
}

/** What a wire says of itself to people; plain data, no secrets. */
export interface WireInfo {
  readonly pid?: number;
  /** The command as it was resolved, or the URL. */
  readonly target?: string;
}

/** What a server's process and everything that it started use, when they were last looked at. */
export interface ProcessUsage {
  /** Milliseconds since 1970. */
  readonly sampledAt: number;
  /** The server's own process included. */
  readonly processes: number;
  readonly threads: number;
  /** Resident memory; pages that processes share count in each of them. */
  readonly residentBytes: number;
  /** Processor time, of user and system, since the server started. Never falls while it runs. */
  readonly cpuSeconds: number;
  /** Open descriptors, of the processes that we may look into. */
  readonly descriptors: number;
}

/**
 * Carries the messages of one upstream as bytes, in order, and never looks into them.
 * The connection opens it once, closes it once, and never uses it again.
 */
export interface Wire {
  /**
   * Starts it. From now on `receive` is called once a message, in order, never re-entrantly from `send`.
   * Resolves when messages can be sent.
   * @throws SwitchyardError whose code says whether trying again can help (`retryable` in the error table).
   */
  open(receive: (received: Received) => void): Promise<void>;
  /** Sends one message. Never rejects: a message that could not be handed over is `unsent`. */
  send(message: WireMessage): Promise<Sent>;
  /** Settles when no message passes any more, by whatever cause, `close` included. Never rejects. */
  readonly closed: Promise<Loss>;
  /** Ends it. Resolves when nothing of it remains: the child and its group are gone. Never rejects; may be called twice. */
  close(): Promise<void>;
  /**
   * Hands up no further message for so many milliseconds, and reads none: whoever writes finds the pipe full. For a server
   * that says more than anybody asked for; may be called by whoever is given a message. Absent: the wire cannot.
   */
  rest?(ms: number): void;
  readonly info: WireInfo;
  /** What a loss would say now of the server's own words; for a start that takes too long. */
  readonly lastWords?: Pick<Loss, 'stderr' | 'doubt'>;
  /** What it uses on this machine; undefined where nothing of it runs here, or before it was looked at. */
  readonly usage?: ProcessUsage | undefined;
}

/** What the connection gives to a wire. */
export interface WireContext {
  /** The server's name, for messages. */
  readonly server: string;
  /** Relative paths in the target are relative to this folder: that of the configuration file. */
  readonly folder: string;
  /** Where a key of the target stands, for errors: `switchyard.jsonc:5:7  mcpServers.files.command`. */
  readonly where?: (key: string) => string | undefined;
  /** What to change in the entry because it may keep the server from starting: one sentence, no secrets. */
  readonly doubt?: string | undefined;
  /** Marks what belongs to this run of the gateway, for sweeping up after a crash. */
  readonly runId: string;
  /** Messages over this many bytes are reported as `oversize`. */
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** What `defineTransport` takes. */
export interface TransportDefinition<Schema extends StandardSchemaV1 = StandardSchemaV1> {
  /** The word that a configuration uses: `"transport": "websocket"`. Two plugins with one kind are refused. */
  readonly kind: string;
  /** The keys of a server entry that mean this kind without saying so, for example `command`. Their entry is the target. */
  readonly keys?: readonly string[];
  /**
   * The servers are somewhere else and do not belong to us: after a loss they are not reached again at once, and many
   * gateways do not come back together.
   */
  readonly remote?: boolean;
  /** Checks one server's `options` (or its whole entry, where `keys` matched). Any Standard Schema. */
  readonly target: Schema;
  /** Builds a wire; it must not do anything yet. */
  open(target: StandardSchemaV1.InferOutput<Schema>, context: WireContext): Wire;
}

/** A transport with a target of whatever type, as the gateway holds it. */
export type Transport = Omit<TransportDefinition, 'open'> & {
  open(target: unknown, context: WireContext): Wire;
};

/** Declares a transport, so that `target` in `open` has the type its schema promises. */
export function defineTransport<Schema extends StandardSchemaV1>(
  definition: TransportDefinition<Schema>,
): Transport {
  // The gateway calls `open` only with what `target` returned.
  return definition as unknown as Transport;
}
