/*
 * Bugs that the checks must catch, one row each. `find` is in `file` exactly once and becomes `replace`; then the test
 * `check.test` of `check.spec` in `check.package` must fail. `build` names what that test runs as it was built, in order.
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
];
