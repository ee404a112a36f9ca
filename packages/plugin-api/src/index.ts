export {
  createExtensionPoint,
  createToken,
  type AnyToken,
  type ExtensionPoint,
  type Token,
} from './token.ts';
export {
  API_VERSION,
  definePlugin,
  type AnyPlugin,
  type ConfigOf,
  type Plugin,
  type PluginDefinition,
  type PluginManifest,
} from './plugin.ts';
export { type Contributions, type Host, type Log, type LogFields, type Owned } from './host.ts';
export { type Clock, type Random } from './clock.ts';
export { type Member, type Payload, type RpcId, type Spans, parsePayload, payloadOf } from './payload.ts';
export {
  defineTransport,
  type Loss,
  type Received,
  type RequestSignal,
  type Sent,
  type Transport,
  type TransportDefinition,
  type Wire,
  type WireContext,
  type ProcessUsage,
  type WireInfo,
  type WireMessage,
} from './wire.ts';
export { LineFramer, type Framed } from './line-framer.ts';
export { listenLocally, type LocalSocket } from './local-socket.ts';
export {
  type Ask,
  type Call,
  type Client,
  type Era,
  type Exchange,
  type ExchangeEvent,
  type Execute,
  type Executed,
  type Interceptor,
  type Outcome,
  type Sink,
} from './call.ts';
export { answer } from './answer.ts';
export { ownErrorOf, type OwnError } from './own-error.ts';
export { failed, type FailureContext } from './failure.ts';
export {
  CATALOG_KINDS,
  type Catalog,
  type CatalogDelta,
  type CatalogKind,
  type CatalogProblem,
  type CatalogProvider,
  type CatalogRepository,
  type CatalogServer,
  type CatalogSnapshot,
  type Definition,
  type Entry,
  type ServerLists,
} from './catalog.ts';
export { type Route, type Router } from './router.ts';
export {
  LOG_LEVELS,
  type Door,
  type DoorSession,
  type Endpoint,
  type LogLevel,
  type Notice,
  type Opened,
} from './endpoint.ts';
export { type Observer } from './observer.ts';
export { type Metric, type Sample } from './metric.ts';
export { LINE_LEVELS, type LineLevel, type LogEntry, type Logs } from './logs.ts';
export { type LedgerBalance, type OpenEndpoint, type PluginStatus, type Status } from './status.ts';
export {
  SERVER_PHASES,
  takesCalls,
  type ConditionType,
  type ConnectionView,
  type Problem,
  type ServerCondition,
  type ServerPhase,
  type Servers,
  type ServerTransition,
  type ServerView,
} from './servers.ts';
export { type Audience, type HttpHost, type HttpRequest, type HttpRoute } from './http-host.ts';
export { type BreakerPolicy, type Policies, type ServerPolicy } from './policies.ts';
export { type BreakerView, type ServerAspect, type ServerAspectView } from './server-aspect.ts';
export {
  type LastReload,
  type Reload,
  type ReloadPlan,
  type ReloadProblem,
  type ReloadResult,
  type ReloadState,
  type ServerChange,
} from './reload.ts';
export { REDACTED, Secret } from './secret.ts';
export { type Store, type StoreEntry } from './store.ts';
export { type AdminModule, type ConfigSource, type Credential, type SecretProvider } from './later.ts';
export * from './points.ts';
export * from './tokens.ts';
export { SwitchyardError, type ErrorPlace } from './errors.ts';
export {
  ERRORS,
  type ErrorCode,
  type ErrorDetails,
  type ErrorReader,
  type ErrorSpec,
} from './error-table.ts';
