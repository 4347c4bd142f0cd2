export { type ContextWarmerConfig, contextWarmerConfig } from "./config.ts";
export {
  type ContextWarmerDeps,
  type ContextWarmerService,
  createContextWarmerService,
} from "./service.ts";
