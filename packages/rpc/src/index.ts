export {
  createSignClaim,
  createVerifyClaim,
  type SignClaim,
  type VerifyClaim,
} from "./claims/claim-tokens.ts";
export { type ConnectKiwiOptions, connectKiwi } from "./connect-kiwi.ts";
export {
  type ConnectOrchestratorOptions,
  connectOrchestrator,
  type OrchestratorClient,
} from "./connect-orchestrator.ts";
export { directKiwi } from "./direct-kiwi.ts";
export { directOrchestrator } from "./direct-orchestrator.ts";
export type { KiwiApi, KiwiCallOptions, KiwiClient } from "./kiwi-api.ts";
export type { ListModels, ListModelsOptions } from "./list-models.ts";
export type { RunTurn, RunTurnOptions } from "./run-turn.ts";
export { type ServeKiwiOptions, serveKiwi } from "./serve-kiwi.ts";
export { type ServeOrchestratorOptions, serveOrchestrator } from "./serve-orchestrator.ts";
export type { RpcServer, ServeOptions } from "./server/start-server.ts";
export { tracedKiwi } from "./traced-kiwi.ts";
export { tracedRunTurn } from "./traced-run-turn.ts";
