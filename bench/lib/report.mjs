import { NOTES } from '../notes.mjs';
import { PEERS } from '../variants/peers.mjs';
import { CASES, FULL } from './cases.mjs';
import { figures } from './figures.mjs';
import {
  caseTable,
  figureTable,
  generatorTable,
  observedTable,
  openLoopTable,
  startTable,
  watchedTable,
} from './tables.mjs';

const WAY = { http: 'HTTP to HTTP', stdio: 'HTTP to stdio' };

/** The results as Markdown. Every number in it is measured; the sentences on what is missed are in notes.mjs. */
export function report(results) {
  const { machine, scale, cases, refused, compared, openLoops, starts, observed } = results;
  const reached = figures(results);
  const sections = [
    '# Results of the bench',
    `Written by \`npm run bench\`; how to read it: [README.md](README.md).`,
    describe(machine, scale),
  ];
  if (reached.length > 0) sections.push('## Figures to reach', figureTable(reached), ...missed(reached));
  for (const way of Object.keys(cases)) {
    for (const { name, title } of CASES) {
      const variants = cases[way][name];
      if (variants === undefined) continue;
      const none = refused[way]?.[name] ?? {};
      sections.push(
        `## ${WAY[way]}: ${title}`,
        caseTable(variants, way, none),
        ...failures({ ...variants, ...none }),
      );
      if (name === 'list' && compared[way] !== undefined) sections.push(...comparison(compared[way]));
    }
  }
  if (Object.keys(openLoops).length > 0) {
    sections.push(
      '## At half of saturation',
      'Calls arrive at half of the rate that Switchyard reached at 32 at a time, whatever is answered; milliseconds from when a call was due.',
      openLoopTable(openLoops),
    );
  }
  if (starts.length > 0) {
    sections.push(
      '## From the start until all is listed',
      'From the start of the process until the tools of its last server are in an answer to its client.',
      startTable(starts),
    );
  }
  if (observed) {
    const { events, scrapes, queries, failed } = observed.watched.did;
    sections.push(
      '## What it costs to be observed',
      'A call through the pipeline with a server in the same process, and the start until clients can connect; medians of turns, and of their differences.',
      observedTable(observed),
      `Calls arrive at half of saturation while a second server is restarted twice a second; watched by 50 subscribers, of whom 10 never read, 10 scrapes and 20 queries a second. In all they read ${events} events, ${scrapes} pages of metrics and ${queries} answers; ${failed} failed.`,
      watchedTable(observed.watched),
    );
  }
  if (Object.values(cases).some((byCase) => Object.keys(byCase).length > 0)) {
    sections.push(
      '## The load generator',
      'What a call costs the generator, and so how many it could make on a core of its own.',
      generatorTable(cases),
    );
  }
  return `${sections.join('\n\n')}\n`;
}

function describe({ date, cpu, memory, system, node, commit, sdk, peers }, { rounds, ms }) {
  const peerLines = PEERS.map(({ name, note }) => `- ${name} ${peers[name]}: ${note}.`);
  return [
    `- ${date}, commit ${commit}`,
    `- ${cpu}, ${memory}, ${system}, Node.js ${node}`,
    `- @modelcontextprotocol/sdk ${sdk}`,
    ...peerLines,
    `- ${rounds} rounds of ${ms} ms a variant and case; medians over rounds, ratios of medians`,
    ...(rounds < FULL.rounds
      ? ['- **a quick run: nothing is warm, and ratios are off by up to a half**']
      : []),
  ].join('\n');
}

function missed(reached) {
  const lines = reached
    .filter(({ isMet }) => !isMet)
    .map(({ id, what }) => `- **${what}**: ${NOTES[id] ?? 'missed, and nobody has said why yet.'}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function failures(variants) {
  const lines = Object.entries(variants)
    .filter(([, { failed }]) => failed !== undefined)
    .map(([name, { failed }]) => `- ${name}: ${failed.split('\n')[0]}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function comparison(variants) {
  const lines = Object.entries(variants).map(([name, { text }]) => `- ${name}: ${text}`);
  return ['Compared item by item with what the servers serve:', lines.join('\n')];
}
