export { redisUsers, STORE_SERVICES, type StoreService } from "./access.ts";
export type { ContextStore, StoreRead, StoreWrite } from "./context-store.ts";
export { heldOfTenant } from "./held-of-tenant.ts";
export {
  createInMemoryContextStore,
  type InMemoryContextStoreOptions,
} from "./in-memory-context-store.ts";
export { type KeyKind, keys, keysOfTenant } from "./keys.ts";
export {
  connectRedisContextStore,
  type RedisContextStoreOptions,
} from "./redis-context-store.ts";
