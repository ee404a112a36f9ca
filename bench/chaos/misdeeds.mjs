import { randomOf } from '@switchyard/testing';

/** What a scripted server does to an answer. None of it may reach a client as anything but an honest answer. */
const MISDEEDS = [
  [{ answer: 'repeated', times: 3 }],
  [{ answer: 'id', id: '"$id"' }],
  [{ answer: 'id', id: 'null' }],
  [{ answer: 'late', after: 5 }],
  [{ answer: 'late', after: 2 }],
  [
    {
      answer: 'raw',
      text: '{"jsonrpc":"2.0","id":$id,"result":{"content":[{"type":"text","text":"\xff"}]}}\n',
    },
  ],
  [{ answer: 'raw', text: '{"jsonrpc":"2.0","id":$id,"result":{},"error":{"code":1,"message":"both"}}\n' }],
  [{ answer: 'raw', text: '$answer\r\n' }],
  [{ answer: 'raw', text: '\xef\xbb\xbf$answer\n' }],
  [{ answer: 'large', bytes: 2 * 1_024 * 1_024 }],
  [{ noise: '{"jsonrpc":"2.0","id":$i,"result":{"content":[]}}', lines: 20 }],
  [
    {
      noise: '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"$i"}}',
      lines: 5,
    },
  ],
  [{ noise: 'listening on port $i', lines: 3 }],
  [{ stderr: 4_096 }],
];
/** Dear ones: the first is not answered before its timeout, the second is 11 MB of which none may pass. */
const RARE = [[{ answer: 'none' }], [{ answer: 'large', bytes: 11 * 1_024 * 1_024 }]];
const RARE_SHARE = 0.01;
const ENDS = [{ exit: 7 }, { kill: 'SIGKILL' }, { close: 'stdout' }];
/** Calls between two misdeeds, and of one run. */
const GAP = { least: 10, most: 40 };
const RUN = { least: 300, most: 1_500 };

/**
 * The runs of a server that misbehaves all the time and ends again and again, by exit, by SIGKILL or by closing its
 * stdout, before or after it executed the call at which it ends.
 * @param calls how many it may get in all
 */
export function misbehavedRuns(seed, calls) {
  const random = randomOf(seed);
  const between = ({ least, most }) => least + Math.floor(random() * (most - least + 1));
  const one = (list) => list[Math.floor(random() * list.length)];
  const runs = [];
  for (let left = calls; left > 0;) {
    const length = between(RUN);
    left -= length;
    const steps = [];
    for (let nth = between(GAP); nth < length; nth += between(GAP))
      steps.push({ at: { method: 'tools/call', nth }, do: one(random() < RARE_SHARE ? RARE : MISDEEDS) });
    const when = random() < 0.5 ? 'before' : 'after';
    steps.push({ at: { method: 'tools/call', nth: length }, when, do: [one(ENDS)] });
    runs.push(steps);
  }
  return runs;
}
