import { describe, expect, it } from '@jest/globals';
import { transform } from '@swc/core';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { given, kernelFor, pluginOf } from './spec-kernel.ts';
import { readFile } from 'node:fs/promises';

/** Runs the module in a process that has nothing else to do, and gives what it printed. */
async function printed(body: string): Promise<string> {
  const source = await readFile(fileURLToPath(new URL('./keep-alive.ts', import.meta.url)), 'utf8');
  const { code } = await transform(source, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } });
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${code}\n${body}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  return text;
}

describe('keepAlive', () => {
  const timer = "setTimeout(() => { console.log('rang'); letGo(); }, 20).unref();";

  it('keeps a process running until it is let go', async () => {
    expect(await printed(`const letGo = keepAlive(); ${timer}`)).toBe('rang\n');
  });

  it('is needed: a timer of the clock alone does not', async () => {
    expect(await printed(`const letGo = () => {}; ${timer}`)).toBe('');
  });
});

describe('a kernel', () => {
  const ports = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;

  /** A port goes some turns of the loop after it was closed. */
  async function portsBackTo(count: number): Promise<number> {
    for (let turn = 0; turn < 1_000 && ports() !== count; turn += 1) await new Promise(setImmediate);
    return ports();
  }

  it('keeps the process running while it boots and while it closes, and not between', async () => {
    const before = ports();
    const during: number[] = [];
    const { kernel } = kernelFor();
    const looks = pluginOf('looks', {
      setup(host) {
        during.push(ports() - before);
        host.own(() => void during.push(ports() - before));
      },
    });
    await kernel.boot(given(looks));
    expect(await portsBackTo(before)).toBe(before);
    await kernel.close();
    expect(during).toEqual([1, 1]);
    expect(await portsBackTo(before)).toBe(before);
  });
});
