/*
 * Bugs that the checks must catch, one row each. `find` is in `file` exactly once and becomes `replace`, and so in each of
 * `also`; then the test `check.test` of `check.spec` in `check.package` must fail. `build` names what that test runs as it
 * was built, in order.
 */

/** The command as the stories run it: built, with the packages that are bundled into it. */
const COMMAND = ['packages/cli'];
const LEDGER = {
  package: 'e2e',
  spec: 'src/ledger.e2e.ts',
  test: 'while every server ends twice under 32 calls',
};

export const BUGS = [
  {
    name: 'swap two answers',
    file: 'packages/connection/src/server-call.ts',
    find: 'const outcome = this.#context.era.upstream.outcome(this.#call, frame);',
    // Once: one call waits for the answer of the next, and gets it.
    replace: `const held = (globalThis.held ??= []);
    if (held.length === 0 && this.#call.id.endsWith('-99')) return void held.push(this, frame);
    if (held.length === 2) {
      const [other, its] = held;
      held.push('swapped');
      other.answered(frame);
      frame = its;
    }
    const outcome = this.#context.era.upstream.outcome(this.#call, frame);`,
    build: COMMAND,
    check: LEDGER,
  },
  {
    name: 'drop one answer',
    file: 'packages/client-session/src/call-under-way.ts',
    find: 'this.reply.answer(answer);',
    replace: "if (!this.#call.id.endsWith('-99')) this.reply.answer(answer);",
    build: ['packages/client-session'],
    check: LEDGER,
  },
  {
    name: 'claim "executed: no" after sending',
    file: 'packages/connection/src/server-call.ts',
    find: "cause: end.loss.cause }), 'unknown');",
    replace: "cause: end.loss.cause }), 'no');",
    build: COMMAND,
    check: LEDGER,
  },
  {
    name: 'send a call again that may have been executed',
    file: 'packages/connection/src/server-call.ts',
    find: "this.#fail(new SwitchyardError('UPSTREAM_LOST', { server, cause: end.loss.cause }), 'unknown');",
    replace: 'this.#leave();\n        this.#successor = this.#carrier.onUnsent();',
    build: COMMAND,
    check: LEDGER,
  },
  {
    name: 'leak a child',
    file: 'plugins/transport-stdio/src/stop-server.ts',
    find: 'await endMarked(server.mark, clock, log);',
    replace: '',
    build: [],
    check: {
      package: 'plugins/transport-stdio',
      spec: 'src/stop-server.spec.ts',
      test: 'ends what left the group of a server, whether it is stopped or was lost, and nothing of another',
    },
  },
  {
    name: 'substitute U+FFFD for a byte',
    file: 'packages/plugin-api/src/line-framer.ts',
    find: 'if (end > 0) this.#emit({ line: line.subarray(0, end) });',
    replace: 'if (end > 0) this.#emit({ line: Buffer.from(Buffer.from(line.subarray(0, end)).toString()) });',
    build: [],
    check: {
      package: 'plugins/transport-stdio',
      spec: 'src/wire.spec.ts',
      test: 'with invalid UTF-8 are handed up as they are',
    },
  },
  {
    name: 'coerce the ids of clients',
    file: 'packages/client-session/src/in-flight.ts',
    find: 'if (call.id === id) return call;',
    replace: 'if (String(call.id) === String(id)) return call;',
    build: [],
    check: {
      package: 'packages/client-session',
      spec: 'src/call-under-way.spec.ts',
      test: 'under an id that is in flight is refused; the first one goes on',
    },
  },
  {
    name: 'coerce the ids of servers',
    file: 'packages/connection/src/request-table.ts',
    find: "if (typeof id !== 'number') return undefined;",
    replace: 'id = Number(id);',
    build: [],
    check: {
      package: 'packages/connection',
      spec: 'src/server-call.spec.ts',
      test: 'are compared with their type: "7" is not 7',
    },
  },
  {
    name: 'forget a timer',
    file: 'packages/connection/src/server-call.ts',
    find: 'this.#cancelTimer();\n    this.#carrier.done();',
    replace: 'this.#carrier.done();',
    build: [],
    check: {
      package: 'packages/connection',
      spec: 'src/timers.spec.ts',
      test: 'after a call was cancelled',
    },
  },
  {
    name: 'a buffer without a limit',
    file: 'packages/plugin-api/src/line-framer.ts',
    find: '} else if (this.#length <= this.#maxBytes) {',
    replace: '} else if (this.#length <= Infinity) {',
    build: [],
    check: {
      package: 'packages/plugin-api',
      spec: 'src/line-framer.spec.ts',
      test: 'keeps both ends of what it drops, and goes on at the next newline',
    },
  },
  {
    name: 'a queue without a limit',
    file: 'packages/connection/src/gate.ts',
    find: 'const isFull = this.#held.size >= limit &&',
    replace: 'const isFull = this.#held.size >= Infinity &&',
    build: [],
    check: {
      package: 'packages/connection',
      spec: 'src/held-calls.spec.ts',
      test: 'are at most so many; one more is refused at once',
    },
  },
  {
    name: 'retry an unsafe call',
    file: 'plugins/resilience/src/may-retry.ts',
    find: "(method === 'tools/call' && isRetrySafe)",
    replace: "method === 'tools/call'",
    build: ['plugins/resilience'],
    check: {
      package: 'e2e',
      spec: 'src/resilience.e2e.ts',
      test: 'is executed three times at most where its tool is retry-safe, and once where it is not (R5)',
    },
  },
  {
    name: 'retry without a budget',
    file: 'plugins/resilience/src/retry-budget.ts',
    find: 'if (this.#saved < 1) return false;',
    replace: '',
    build: ['plugins/resilience'],
    check: {
      package: 'e2e',
      spec: 'src/resilience.e2e.ts',
      test: 'is not repeated without end: an outage gets 1.2 times what clients ask for, and three (R7)',
    },
  },
  {
    name: 'accept a foreign session',
    file: 'plugins/endpoint-http/src/sessions.ts',
    find: 'if (session?.talk.principal !== principal) throw',
    replace: 'if (!session) throw',
    build: [],
    check: {
      package: 'plugins/endpoint-http',
      spec: 'src/admission.spec.ts',
      test: 'of somebody else does not open a session: 404',
    },
  },
  {
    name: 'forward the Authorization of a client',
    file: 'plugins/transport-http/src/session-headers.ts',
    find: '      ...this.#post,\n',
    replace:
      '      ...this.#post,\n      ...(globalThis.heard ? ["authorization", globalThis.heard] : []),\n',
    also: [
      {
        file: 'plugins/http-host/src/bearer.ts',
        find: 'const offered = digest(token);',
        replace: 'globalThis.heard = authorization[0];\n    const offered = digest(token);',
      },
    ],
    build: ['plugins/transport-http', 'plugins/http-host'],
    check: {
      package: 'e2e',
      spec: 'src/passthrough.e2e.ts',
      test: 'reaches no server: no token, no cookie, no key, in a thousand calls',
    },
  },
  {
    name: 'follow a redirect to another host',
    file: 'plugins/transport-http/src/socket-pool.ts',
    find: 'this.#reader.head(status, headers);',
    // On this machine only, whatever it is told.
    replace: `const to = String(headers.location);
    if (to.startsWith('http://127.0.0.1')) void fetch(to, { method: 'POST', body: '{}' }).catch(() => {});
    this.#reader.head(status, headers);`,
    build: ['plugins/transport-http'],
    check: {
      package: 'e2e',
      spec: 'src/passthrough.e2e.ts',
      test: 'to another host is followed nowhere, and its client is told where it pointed',
    },
  },
  {
    name: 'end a server for one that can never start',
    file: 'packages/connection/src/supervisor.ts',
    find: "if (prospect === 'never') return this.#refuse(current, coming);",
    replace: '',
    build: [],
    check: {
      package: 'packages/connection',
      spec: 'src/refused-change.spec.ts',
      test: 'is as it was when its entry is what it was',
    },
  },
  {
    name: 'take an answer that could not be read for none',
    file: 'packages/gateway/src/system-clock.ts',
    find: 'if (performance.now() - dueAt < HELD_MS) return run();',
    replace: 'return run();',
    build: [],
    check: {
      package: 'packages/gateway',
      spec: 'src/system-clock.spec.ts',
      test: 'a wait that ends while the loop is held lets what came meanwhile be read first',
    },
  },
];
