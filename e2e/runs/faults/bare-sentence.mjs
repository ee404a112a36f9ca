/** What the bare client did, for people; of counts and times alone. */
export function bareSentence(seen) {
  if (seen === undefined) return 'not run: it has one server, and starts it once';
  const { plan, patienceMs, said, survivors } = seen;
  if (said === undefined) return `hangs: no word of it after 25 s, ${left(survivors)}`;
  if (said.crashed !== undefined) return `its process dies: "${said.crashed}", ${left(survivors)}`;
  const { connect, answers, close, closedByItself, loopDelayMs, memoryMB } = said;
  const seconds = (ms) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
  if (!connect.ok) {
    const waits = connect.ms >= patienceMs ? 'waits for as long as it may' : 'fails';
    return `\`connect()\` ${waits}, ${seconds(connect.ms)}: "${connect.error}"; ${left(survivors)}`;
  }
  const parts = [
    ...groups(answers).map(({ count, ok, replaced, error, slowestMs }) => {
      const calls = `${count} of ${answers.length} ${answers.length === 1 ? 'call' : 'calls'}`;
      if (ok)
        return `${calls} ${count === 1 ? 'succeeds' : 'succeed'}${replaced ? ', with U+FFFD in the place of bytes' : ''}`;
      const waited = slowestMs >= patienceMs ? 'after their whole timeout' : `after ${seconds(slowestMs)}`;
      return `${calls} ${count === 1 ? 'fails' : 'fail'} ${waited}: "${error}"`;
    }),
    ...(answers.length === 0 ? ['connects'] : []),
    ...(closedByItself ? ['the connection is over, and nothing begins it again'] : []),
    ...(close.ms > 1_000 ? [`\`close()\` takes ${seconds(close.ms)}`] : []),
    ...(plan.argumentBytes === undefined ? [] : [`its memory is at ${memoryMB} MB`]),
    ...(loopDelayMs > 100 ? [`event loop held ${Math.round(loopDelayMs)} ms`] : []),
    left(survivors),
  ];
  return parts.join('; ');
}

/** Calls that came to the same. */
function groups(answers) {
  const found = new Map();
  for (const { ok, replaced = false, error, ms } of answers) {
    const key = JSON.stringify([ok, replaced, error]);
    const group = found.get(key) ?? { ok, replaced, error, count: 0, slowestMs: 0 };
    group.count += 1;
    group.slowestMs = Math.max(group.slowestMs, ms);
    found.set(key, group);
  }
  return [...found.values()];
}

function left(survivors) {
  return survivors === 0 ? 'no process is left' : `${survivors} of its processes left after \`close()\``;
}
