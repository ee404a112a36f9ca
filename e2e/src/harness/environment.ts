/**
 * The environment of a person's shell: without what the test runner put into ours, with a home of its own.
 * @param home where state and configuration of a run without flags would go.
 */
export function shellEnvironment(
  home: string,
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_|JEST_|SWITCHYARD_|XDG_|npm_|NX_|CI$|FORCE_COLOR$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), HOME: home, NO_COLOR: '1', ...more };
}
