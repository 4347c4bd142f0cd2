export { type OrchestratorConfig, orchestratorConfig, orchestratorSettings } from "./config.ts";
export {
  type FittedCalibration,
  readCalibrations,
  withCalibrations,
} from "./decisions/calibrations.ts";
export { type Decider, openDecider } from "./decisions/open-decider.ts";
export { type PlayedExample, playExample } from "./examples/play-example.ts";
export { type RenderedRound, renderExample } from "./examples/render-example.ts";
export { createReplayModel, type ReplayModel } from "./examples/replay-model.ts";
export { createBuiltInModel } from "./model/built-in/create-built-in-model.ts";
export type {
  CallOutcome,
  LanguageModel,
  ModelCapabilities,
  ModelEvent,
  ModelMessage,
  ModelRequest,
  ModelToolCall,
  RouterView,
  StructuredRequest,
  ToolDefinition,
} from "./model/language-model.ts";
export { createOpenAiModel } from "./model/openai/create-openai-model.ts";
export type { ModelDeadlines, OpenAiSettings } from "./model/openai/openai-settings.ts";
export { examineLanguageModel } from "./model/pools/examine-language-model.ts";
export {
  createOrchestratorService,
  type OrchestratorDeps,
  type OrchestratorService,
} from "./service.ts";
export { type FirstAnswer, renderFirstAnswer } from "./turn/render-first-answer.ts";
