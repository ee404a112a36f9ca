export { Supervisor, type SupervisorContext } from './supervisor.ts';
export { type DesiredServer, type Sharing, type UpstreamView } from './upstream.ts';
export { INTENSITY, TIMINGS, type Timings } from './timings.ts';
export { causeOf } from './cause.ts';
