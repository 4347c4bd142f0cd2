export { BUS_SERVICES, type BusService } from "./access/bus-access.ts";
export { NATS_OPERATOR, NATS_USERS, type NatsUser, natsUsers } from "./access/nats-users.ts";
export { answerDeletions, hearGone, type TenantHolder } from "./answer-deletions.ts";
export {
  type AppendQueue,
  type AppendQueueDeps,
  createAppendQueue,
  type QueuedAppend,
} from "./append-queue.ts";
export type {
  Appended,
  AppendOptions,
  Bus,
  BusMessage,
  ConsumeOptions,
  PurgedStream,
  PurgeOptions,
  ReadOptions,
  RequestOptions,
  SendOptions,
  StreamMessage,
  StreamName,
  StreamState,
  Subscription,
} from "./bus.ts";
export type { BusEvent, ObserveBus } from "./bus-event.ts";
export {
  createDeploymentBook,
  type DeploymentBook,
  type DeploymentBookDeps,
} from "./deployment-book.ts";
export {
  createInProcessBus,
  type InProcessBus,
  type InProcessBusOptions,
} from "./in-process/create-in-process-bus.ts";
export { JsonText } from "./json-text.ts";
export { lockDirectory } from "./lock-directory.ts";
export { connectNatsBus, type NatsBusOptions } from "./nats/connect-nats-bus.ts";
export {
  connectStreamArchive,
  type StreamArchive,
  type StreamArchiveOptions,
  type StreamDescription,
} from "./nats/stream-archive.ts";
export { connectStreamOperator, type StreamOperator } from "./nats/stream-operator.ts";
export { identifyProcess, isProcessRunning, type ProcessIdentity } from "./process-identity.ts";
export { announceReplica } from "./replicas/announce-replica.ts";
export {
  createReplicaGroup,
  type ReplicaEvent,
  type ReplicaGroup,
  type ReplicaGroupDeps,
  type ReplicaRequest,
} from "./replicas/replica-group.ts";
export { createStreamTail, type StreamTail } from "./stream-tail.ts";
export { STREAMS, type StreamSettings } from "./streams.ts";
export { isOfSubject, tenantOfSubject } from "./subject-tenant.ts";
export { subjects } from "./subjects.ts";
export { tracedBus } from "./traced-bus.ts";
