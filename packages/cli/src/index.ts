export { defaultPlugins } from './default-plugins.ts';
export { run } from './run.ts';
export { stateDir } from './state-dir.ts';
export type { Side, Terminal } from './terminal.ts';
