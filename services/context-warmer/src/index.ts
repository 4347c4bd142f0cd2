export { type ContextWarmerConfig, contextWarmerConfig, contextWarmerSettings } from "./config.ts";
export {
  type ContextWarmerDeps,
  type ContextWarmerService,
  createContextWarmerService,
} from "./service.ts";
