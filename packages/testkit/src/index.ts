export { describeWithServer } from "./describe-with-server.ts";
export { type EventuallyOptions, eventually } from "./eventually.ts";
export { findBinary } from "./find-binary.ts";
export { freePort } from "./free-port.ts";
export { silentLogger } from "./silent-logger.ts";
export { type NatsServerOptions, startNatsServer } from "./start-nats-server.ts";
export { startRedisServer } from "./start-redis-server.ts";
export { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.ts";
export type { ServerKind, TestServer } from "./test-server.ts";
