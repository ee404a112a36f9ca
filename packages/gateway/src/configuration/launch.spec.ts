import { describe, expect, it } from '@jest/globals';
import { launchOf } from './launch.ts';
import { parseServer } from './spec-configuration.ts';

/** The launcher and what is missing: `npx: -y`. */
function launched(line: string, env: Record<string, string> = {}): string | undefined {
  const [command = '', ...args] = line.split(' ');
  const launch = launchOf(command, args, env);
  return (
    launch && `${launch.launcher}: ${launch.missing.map(({ spellings }) => spellings[0]).join(' ')}`.trim()
  );
}

describe('a launcher', () => {
  it.each([
    ['npx', 'npx:'],
    ['npx a-server', 'npx: -y'],
    ['npx -y a-server', 'npx:'],
    ['npx --yes a-server', 'npx:'],
    ['npx --yes=false a-server', 'npx: -y'],
    ['npx -p a-package -y a-server', 'npx:'],
    ['npx --package a-package a-server', 'npx: -y'],
    ['npx --package=a-package -y a-server', 'npx:'],
    ['npx a-server -y', 'npx: -y'],
    ['npx --no-install a-server', 'npx:'],
    ['npx -- a-server', 'npx: -y'],
    ['/usr/local/bin/npx a-server', 'npx: -y'],
    ['C:\\node\\npx.cmd a-server', 'npx: -y'],
    ['cmd /c npx a-server', 'npx: -y'],
    ['C:\\Windows\\System32\\CMD.EXE /d /s /C npx.cmd -y a-server', 'npx:'],
    ['cmd /k node server.js', undefined],
    ['npm exec a-server', 'npm exec: -y'],
    ['npm exec -y -- a-server', 'npm exec:'],
    ['npm exec a-server -y', 'npm exec:'],
    ['npm exec -- a-server -y', 'npm exec: -y'],
    ['npm x a-server', 'npm x: -y'],
    ['npm run server', undefined],
    ['pnpm dlx a-server', 'pnpm dlx:'],
    ['yarn dlx a-server', 'yarn dlx:'],
    ['yarn start', undefined],
    ['bunx a-server', 'bunx:'],
    ['bun run server.ts', undefined],
    ['uvx a-server', 'uvx:'],
    ['uv run server.py', 'uv run:'],
    ['uv --directory /srv run server.py', 'uv run:'],
    ['uv tool run a-server', 'uv tool run:'],
    ['uv pip list', undefined],
    ['docker run an/image', 'docker run: -i --rm --init'],
    ['docker run -i --rm --init an/image', 'docker run:'],
    ['docker run -it --rm --init an/image', 'docker run:'],
    ['docker run -dit an/image', 'docker run: --init'],
    ['docker run --rm -e TOKEN -i --init an/image', 'docker run:'],
    ['docker run --rm -ie TOKEN --init an/image', 'docker run:'],
    ['docker run --rm -eid --init an/image', 'docker run: -i'],
    ['docker run --rm --env TOKEN=i --init --name -i an/image', 'docker run: -i'],
    ['docker run --interactive --init --rm --mount type=bind,src=/a,dst=/b an/image', 'docker run:'],
    ['docker run --interactive=false --rm --init an/image', 'docker run: -i'],
    ['docker run --rm an/image -i --init', 'docker run: -i --init'],
    ['docker --context far run --rm an/image', 'docker run: -i --init'],
    ['docker container run --rm --init an/image', 'docker container run: -i'],
    ['docker run', 'docker run:'],
    ['docker exec -i a-container server', 'docker:'],
    ['docker mcp gateway run', 'docker:'],
    ['/usr/bin/podman run an/image', 'podman run: -i --rm'],
    ['node npx', undefined],
    ['./npx-like', undefined],
    ['constructor', undefined],
  ])('%s', (line, expected) => {
    expect(launched(line)).toBe(expected);
  });

  it('that is told by a variable to go on does not ask', () => {
    expect(launched('npx a-server', { NPM_CONFIG_YES: 'true' })).toBe('npx:');
  });

  it('behind cmd may be one argument', () => {
    expect(launchOf('cmd', ['/c', 'npx a-server --token x'], {})?.missing).toHaveLength(1);
  });
});

describe('what a launcher lacks', () => {
  it('is a warning with its place, its reason and what to write instead, and no value of the entry', () => {
    const { warnings, problem, doubt } = parseServer({
      command: 'docker',
      args: ['--context', 'far', 'run', '-e', 'TOKEN=hunter2', '--rm', 'an/image', 'hunter2'],
    });
    expect(problem).toBeUndefined();
    const [warning, ...others] = warnings;
    expect(others).toEqual([]);
    expect(warning?.code).toBe('LAUNCHER_OPTION_MISSING');
    expect(warning?.message).toBe('files: docker run without "-i" and "--init"');
    expect(warning?.where).toBe('switchyard.jsonc:5:7  mcpServers.files.args');
    expect(warning?.why).toBe(
      'without "-i" the server has no stdin and ends at once; without "--init" the server may not obey when it is to stop',
    );
    expect(warning?.remedy).toBe('write "args": ["run", "-i", "--init", …]');
    expect(doubt).toBe(
      'write "args": ["run", "-i", …], for without "-i" the server has no stdin and ends at once',
    );
    expect(JSON.stringify([warning, warning?.excerpt, doubt])).not.toContain('hunter2');
  });

  it('behind cmd is told in the words that cmd takes', () => {
    const { warnings } = parseServer({ command: 'cmd', args: ['/c', 'npx', 'a-server'] });
    expect(warnings.map(({ remedy }) => remedy)).toEqual(['write "args": ["/c", "npx", "-y", …]']);
  });

  it('that hinders no start is no doubt, and no other server', () => {
    expect(parseServer({ command: 'docker', args: ['run', '-i', 'an/image'] }).doubt).toBeUndefined();
  });

  it('does not change what the entry means', () => {
    const digest = (args: readonly string[]) => parseServer({ command: 'npx', args }).digest;
    expect(digest(['a'])).toBe(digest(['a']));
  });

  it.each([
    [['run', 'server.py'], 'uv', 120_000],
    [['pip', 'list'], 'uv', 30_000],
    [['exec', 'x'], 'npm', 120_000],
    [['start'], 'npm', 30_000],
    [['/c', 'npx', '-y', 'x'], 'cmd', 120_000],
  ])('gets its time to install when it does: %j of %s', (args, command, ms) => {
    expect(parseServer({ command, args }).startupTimeoutMs).toBe(ms);
  });
});
