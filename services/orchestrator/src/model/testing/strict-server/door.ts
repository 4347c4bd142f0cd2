export { runStrictServer, type StrictServer } from "./run-strict-server.ts";
export type { Asked, StrictReply, StrictRules } from "./strict-rules.ts";
