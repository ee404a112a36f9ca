/**
 * The functions of a V8 profile by the time spent in themselves.
 * @returns a list of { name, place, share }, the largest first; shares are of the time that was not idle
 */
export function selfTimes({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map();
  let busy = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    if (functionName === '(idle)') return;
    const name = functionName === '' ? '(anonymous)' : functionName;
    const place = url === '' ? '' : `${shortened(url)}:${lineNumber + 1}`;
    const key = `${name}\0${place}`;
    const delta = timeDeltas[index];
    busy += delta;
    const entry = times.get(key) ?? { name, place, time: 0 };
    entry.time += delta;
    times.set(key, entry);
  });
  return [...times.values()]
    .sort((a, b) => b.time - a.time)
    .map(({ name, place, time }) => ({ name, place, share: time / busy }));
}

function shortened(url) {
  return url.replace(/^file:\/\/.*\/((packages|plugins|node_modules)\/)/, '$1');
}
