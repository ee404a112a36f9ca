import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { portOwner } from './port-owner.ts';

const linux = process.platform === 'linux';

describe('the owner of a port', () => {
  it('is told by its number and program, and not by its arguments', async () => {
    const program = `require('node:net').createServer().listen(0, '127.0.0.1', function () { process.stdout.write(String(this.address().port)) })`;
    const child = spawn(process.execPath, ['-e', program, 'a-secret'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const owner = await portOwner(Number(port));
    child.kill();
    expect(owner).toEqual(
      linux ? expect.stringMatching(`^pid ${child.pid} \\((node|MainThread)\\)$`) : undefined,
    );
  });

  it('is unknown where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await portOwner(port)).toBeUndefined();
  });
});
