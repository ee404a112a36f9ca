/** One fault that a server, or the host, can have, and what must then be true. */
export interface FaultRow {
  readonly fault: string;
  /** Beside what is checked after each of them: see `prove`. */
  readonly criterion: string;
  /** The story that shows it: `src/<story>.e2e.ts`. */
  readonly story: string;
  /** The name of its test. */
  readonly test: string;
}

/** The faults of server processes and of the host that are shown, by number. What names are for: docs/faults.md. */
export const FAULTS = {
  F01: {
    fault: 'it exits with code 7 while it has 50 calls',
    criterion:
      'all 50 are answered within 500 ms: lost, executed unknown, with the exit code and its last words; it is ready again within 250 ms beyond its bare start',
    story: 'faults/exits',
    test: 'answers all 50 calls of a server that exits, and starts it again at once after a healthy run',
  },
  F02: {
    fault: 'it exits at its start, every time',
    criterion: 'at most 6 starts in 60 s, then a crash loop: calls are refused within 5 ms, unsent',
    story: 'faults/exits',
    test: 'starts a server that always exits at most six times a minute, and refuses its calls at once',
  },
  F03: {
    fault: 'its command is missing, may not be executed, or its folder is missing',
    criterion: 'one attempt and no other; the message names what was looked for, and where',
    story: 'faults/starts',
    test: 'tries a command once that cannot be started, and says what it looked for',
  },
  F04: {
    fault: 'it never answers initialize',
    criterion: 'given up at its start budget, ± 250 ms; nothing of it is left',
    story: 'faults/starts',
    test: 'gives up a server that never answers initialize at its start budget, and ends it',
  },
  F05: {
    fault: 'it answers initialize after most of its start budget',
    criterion: 'it becomes ready; the other servers are ready as soon as without it',
    story: 'faults/starts',
    test: 'waits for a server that answers initialize late, while the other one serves',
  },
  F06: {
    fault: 'banners, log lines and colours on stdout between its messages',
    criterion: 'all calls succeed; every line is counted, one warning is in the log',
    story: 'faults/framing',
    test: 'reads past banners and log lines on stdout, counts them all and warns once',
  },
  F07: {
    fault: 'valid JSON on stdout that is no message: `{"a":1}`, `[1,2]`, `null`',
    criterion: 'all calls succeed; every line is counted',
    story: 'faults/framing',
    test: 'ignores JSON that is no message, and counts it',
  },
  F08: {
    fault: '50 MB on stdout without a line end',
    criterion:
      'given up at twice the limit of a message and started again; the call is answered; memory grows by at most twice the limit, and 8 MB for all else',
    story: 'faults/framing',
    test: 'gives up a server whose line does not end, and holds no more of it than a message may have',
  },
  F09: {
    fault: 'an answer of 11 MB, with 20 small calls under way',
    criterion: 'the large one fails as too large, executed yes; 20 of 20 small ones succeed',
    story: 'faults/framing',
    test: 'lets an answer of 11 MB cost nobody but its own call',
  },
  F10: {
    fault: 'every byte alone; line ends of two bytes; U+2028, U+0000 and a byte order mark within',
    criterion: 'the same bytes arrive',
    story: 'faults/framing',
    test: 'passes on the same bytes, however they are cut and whatever ends their lines',
  },
  F11: {
    fault: 'bytes in a result that are no UTF-8',
    criterion: 'the call fails as a fault of the server, executed yes; no U+FFFD is delivered',
    story: 'faults/framing',
    test: 'never puts U+FFFD in the place of bytes that are no UTF-8',
  },
  F12: {
    fault: 'it closes its stdout and lives on',
    criterion: 'its calls are answered as lost within 500 ms; it is ended and started again',
    story: 'faults/pipes',
    test: 'takes a server for lost that closes its stdout and lives on',
  },
  F13: {
    fault: 'it closes its stdin and lives on',
    criterion: 'what it did not take is sent to its next run; no broken pipe reaches anybody',
    story: 'faults/pipes',
    test: 'sends what a server did not take to its next run, if it closes its stdin',
  },
  F14: {
    fault: 'it stops reading',
    criterion:
      'at most 4 MiB wait at its stdin, the rest is refused unsent; when it ends, what it may have is answered within 1 s, and what it did not take is carried out by its next run',
    story: 'faults/pipes',
    test: 'holds a bounded amount for a server that does not read, and settles it with its end',
  },
  F15: {
    fault: 'it exits while a grandchild holds its stdout',
    criterion: 'its calls are answered as lost within 500 ms; nothing of it is left',
    story: 'faults/exits',
    test: 'believes the exit of a server, whoever still holds its stdout',
  },
  F16: {
    fault: 'it ignores the end of its stdin, and SIGTERM',
    criterion: 'stopped within 4.5 s, and dead when that is said',
    story: 'faults/stops',
    test: 'stops a server that ignores everything but SIGKILL, and says so when it is dead',
  },
  F17: {
    fault: 'it is behind a shell, and ignores the end of its stdin',
    criterion: 'nothing of it is left when it is stopped',
    story: 'faults/stops',
    test: 'stops what a shell started',
  },
  F18: {
    fault: 'its grandchild left the process group',
    criterion: 'nothing of it is left 10 s after it was stopped',
    story: 'faults/stops',
    test: 'stops a grandchild that left its group',
  },
  F19: {
    fault: 'stderr without end, as fast as it is read',
    criterion: 'all calls succeed; 64 KiB of it are kept, 50 lines a second are logged',
    story: 'faults/pipes',
    test: 'reads stderr however much there is, and keeps the end of it',
  },
  F21: {
    fault: 'it answers one request twice',
    criterion: 'the client gets one answer; the other is counted',
    story: 'faults/ids',
    test: 'delivers one of two answers to a request',
  },
  F22: {
    fault: 'answers to ids that nobody asked, and before they are asked',
    criterion: 'none is delivered; each is counted',
    story: 'faults/ids',
    test: 'delivers no answer that nobody asked for, nor one that came before its question',
  },
  F23: {
    fault: 'ids of another type: `"1"`, null, an object, 2^53+1, 1 MB of text',
    criterion: 'none is taken for the id that was asked; the call waits on',
    story: 'faults/ids',
    test: 'takes no id for another one that looks like it',
  },
  F24: {
    fault: 'result and error in one answer; neither; another version of JSON-RPC',
    criterion: 'each fails its own call as a fault of the server, executed yes',
    story: 'faults/ids',
    test: 'fails the call whose answer is none',
  },
  F25: {
    fault: 'it answers after the timeout, and after a cancellation',
    criterion: 'the late answers are dropped and counted; the ledger does not change',
    story: 'faults/ids',
    test: 'drops an answer that comes after its call ended',
  },
  F26: {
    fault: 'it is suspended for 30 s',
    criterion: 'calls end at their timeout, executed unknown; none is answered twice or executed twice',
    story: 'faults/stops',
    test: 'answers the calls of a server that is suspended once, and uses it again when it goes on',
  },
  F28: {
    fault: 'a server of several is killed at a seeded count of calls, again and again',
    criterion: 'every call is answered once and executed at most once; the other servers have no error',
    story: 'faults/kills',
    test: 'answers every call while servers are killed at random',
  },
  F66: {
    fault: 'Switchyard gets SIGTERM with 200 calls under way: fast, slow and hung',
    criterion:
      'all are answered, new ones refused; ended within the time to drain and 5 s; no process is left',
    story: 'stop',
    test: 'F66: with 200 calls fast, slow and hung: /readyz says so at once, all are answered, in the time there is',
  },
  F67: {
    fault: 'Switchyard is killed',
    criterion: 'no process of a server is left within 5 s',
    story: 'orphans',
    test: 'F67: again and again, while servers with children start again: nothing is left of any',
  },
  F68: {
    fault: 'Switchyard has no descriptors left (ulimit -n)',
    criterion:
      'servers that cannot be started say why; what is there goes on; clients still get in; no crash',
    story: 'faults/host',
    test: 'serves on without descriptors, and says why a server was not started',
  },
} as const satisfies Readonly<Record<string, FaultRow>>;

export type FaultId = keyof typeof FAULTS;
