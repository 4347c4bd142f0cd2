export { type RouterConfig, routerConfig, routerSettings } from "./config.ts";
export { createEncoderModel, type EncoderModelOptions } from "./model/create-encoder-model.ts";
export type { ItemReading } from "./model/item-reading.ts";
export { ModelManifest, modelKeyOf, readModelManifest } from "./model/model-manifest.ts";
export type {
  ReadItemsOptions,
  ReadLineOptions,
  RouterModel,
  RouterModelCapabilities,
  RouterModelLoad,
} from "./model/router-model.ts";
export { createLineRouter, type LineRouter } from "./predict/line-router.ts";
export type { OpenModel } from "./predict/open-engine.ts";
export type { PredictOptions } from "./predict/predictor.ts";
export { createRouterService, type RouterDeps, type RouterService } from "./service.ts";
