export * from './script.ts';
export { scriptedServer, type ServerEntry } from './server-entry.ts';
