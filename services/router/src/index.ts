export { type RouterConfig, routerConfig } from "./config.ts";
export {
  type Dataset,
  EvaluationItem,
  EvaluationLine,
  readDataset,
  toSummary,
} from "./evaluate/dataset.ts";
export { type DumpOptions, dumpRankerFeatures } from "./evaluate/dump-ranker-features.ts";
export { type EvaluateCommandOptions, runEvaluateCommand } from "./evaluate/evaluate-command.ts";
export {
  type EvaluateOptions,
  type EvaluationReport,
  evaluateRouter,
} from "./evaluate/evaluate-router.ts";
export { createLineRouter, type LineRouter, type RoutedLine } from "./evaluate/line-router.ts";
export { createEncoderModel, type EncoderModelOptions } from "./model/create-encoder-model.ts";
export { ModelManifest, modelKeyOf, readModelManifest } from "./model/model-manifest.ts";
export type {
  EmbedItemsOptions,
  ReadLineOptions,
  RouterModel,
  RouterModelCapabilities,
  RouterModelLoad,
} from "./model/router-model.ts";
export type { OpenModel } from "./predict/open-engine.ts";
export type { PredictOptions } from "./predict/predictor.ts";
export { createRouterService, type RouterDeps, type RouterService } from "./service.ts";
