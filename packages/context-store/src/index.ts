export type { ContextStore, StoreRead, StoreWrite } from "./context-store.ts";
export { keys } from "./keys.ts";
