export { Supervisor, type SupervisorContext } from './supervisor.ts';
export { type UpstreamView } from './server-view.ts';
export { type DesiredServer, type Sharing } from './desired-server.ts';
export { INTENSITY, TIMINGS, type Timings } from './timings.ts';
export { causeOf } from './cause.ts';
