export * from './script.ts';
export { scriptedServer, type ServerEntry } from './server-entry.ts';
export { lightServer } from './light-server.ts';
export { seededEnds } from './seeded-ends.ts';
export { readExecutionLogs, type Execution, type ExecutionLog } from './execution-log.ts';
export { type Answered, type History, type HistoryEvent } from './history.ts';
export { check, type Violation } from './check.ts';
export { survivorsOf } from './survivors.ts';
