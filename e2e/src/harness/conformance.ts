import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './folder.ts';
import { fixture, ROOT } from './places.ts';
import { within } from './within.ts';

/** One check of the official conformance suite. `WARNING`: a SHOULD that is not kept; `INFO`: it does not apply. */
export interface Check {
  readonly name: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'INFO' | 'SKIPPED';
  readonly why?: string;
}

const SUITE = path.join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const SHIM = pathToFileURL(fixture('node20/conformance.mjs')).href;
/** The whole suite takes two seconds, and a minute more for each question that a client never hears. */
const LONGEST_RUN_MS = 110_000;

/** Runs every server scenario of the suite against an endpoint. */
export async function runConformance(url: string): Promise<readonly Check[]> {
  const results = await temporaryFolder();
  const args = ['--import', SHIM, SUITE, 'server', '--url', url, '--suite', 'all', '-o', results];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    const [stdout, stderr] = await within(LONGEST_RUN_MS, `end of the suite against ${url}`, output);
    const checks = await readResults(results);
    const passed = checks.filter(({ status }) => status === 'SUCCESS').length;
    // The suite's own count, so that nothing it did goes unread.
    if (!stdout.includes(`\nTotal: ${passed} passed, `)) throw new Error(`${stdout}\n${stderr}`);
    return checks;
  } finally {
    child.kill('SIGKILL');
  }
}

/** The names of the checks with a status, and why they have it. */
export function withStatus(checks: readonly Check[], status: Check['status']): readonly string[] {
  return checks
    .filter((check) => check.status === status)
    .map(({ name, why }) => (why === undefined ? name : `${name}: ${why}`));
}

async function readResults(folder: string): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const result of (await readdir(folder)).sort()) {
    const file = path.join(folder, result, 'checks.json');
    const found = JSON.parse(await readFile(file, 'utf8')) as (Omit<Check, 'name' | 'why'> & {
      id: string;
      errorMessage?: string;
    })[];
    checks.push(
      ...found.map(({ id, status, errorMessage: why }) => ({
        name: id,
        status,
        ...(why !== undefined && { why }),
      })),
    );
  }
  return checks;
}
