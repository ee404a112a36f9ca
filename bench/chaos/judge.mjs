import { check } from '@switchyard/testing';

/** What `check` finds, as people ask for it. */
const WORDS = {
  unanswered: 'unanswered',
  duplicate: 'duplicate',
  unasked: 'foreign',
  foreign: 'foreign',
  wrong_server: 'foreign',
};
const SHOWN = 10;

/**
 * Holds what clients were told against what servers executed, a client at a time: when a client has gone, its notes are
 * judged and forgotten. Of calls whose fate was told as unknown, or that were given up, the nonces are kept, for they
 * may be executed later; whatever else is executed later makes a liar of somebody.
 * @param reader of the execution logs
 * @param unlogged servers that keep no log: an answer of theirs is believed to be an execution
 */
export function openJudge(reader, unlogged) {
  const byClient = new Map();
  const open = new Map();
  const counts = { unanswered: 0, duplicate: 0, foreign: 0, corrupt: 0, dishonest: 0 };
  const shown = [];
  let executions = 0;
  let lateExecutions = 0;
  let turn = Promise.resolve();

  const violated = (word, sentence) => {
    counts[word] += 1;
    if (shown.length < SHOWN) shown.push(`${word}: ${sentence}`);
  };
  const clientOf = (nonce) => nonce.slice(0, nonce.lastIndexOf('-'));
  function found(nonce, execution) {
    executions += 1;
    const known = byClient.get(clientOf(nonce));
    if (known !== undefined) {
      const others = known.get(nonce);
      if (others === undefined) known.set(nonce, [execution]);
      else others.push(execution);
      return;
    }
    lateExecutions += 1;
    const before = open.get(nonce);
    const who = `nonce ${nonce} was executed by ${execution.server} after its client had gone`;
    if (before === undefined) violated('dishonest', `${who}, which had been told otherwise`);
    else if (before > 0) violated('dishonest', `${who}, and before`);
    open.set(nonce, 1);
  }

  async function judge(name, history, corrupt) {
    await reader.read(found);
    const executed = byClient.get(name);
    byClient.delete(name);
    const calls = new Map(history.flatMap((each) => (each.event === 'invoked' ? [[each.id, each]] : [])));
    for (const each of history) {
      const call = calls.get(each.id);
      if (each.event === 'cancelled') open.set(call.nonce, executed.get(call.nonce)?.length ?? 0);
      if (each.event !== 'answered' || call === undefined) continue;
      if (each.answer.executed === 'unknown') open.set(call.nonce, executed.get(call.nonce)?.length ?? 0);
      else if (unlogged.has(call.server) && each.answer.executed !== 'no')
        executed.set(call.nonce, [{ server: call.server, pid: 0, run: 1 }]);
    }
    for (const { kind, sentence } of check(history, executed)) violated(WORDS[kind] ?? 'dishonest', sentence);
    for (const sentence of corrupt) violated('corrupt', sentence);
  }

  return {
    /** From here on what this client asked for is expected in the logs. */
    expect: (name) => void byClient.set(name, new Map()),
    /** One at a time: each reads the logs. */
    judge: (name, history, corrupt) => (turn = turn.then(() => judge(name, history, corrupt))),
    /** When the servers have ended. */
    async end() {
      await turn;
      await reader.read(found);
      return { counts, shown, executions, lateExecutions, unsettled: open.size };
    },
  };
}
