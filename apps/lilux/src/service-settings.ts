import { contextWarmerSettings } from "@lilux/context-warmer";
import { flywheelSettings } from "@lilux/flywheel";
import { gatewaySettings } from "@lilux/gateway";
import { kiwiSettings } from "@lilux/kiwi";
import { orchestratorSettings } from "@lilux/orchestrator";
import { routerSettings } from "@lilux/router";
import type { Settings } from "@lilux/runtime";

/** What each service is told, by its name. */
export const SERVICES: Readonly<Record<string, Settings>> = {
  gateway: gatewaySettings,
  router: routerSettings,
  "context-warmer": contextWarmerSettings,
  orchestrator: orchestratorSettings,
  kiwi: kiwiSettings,
  flywheel: flywheelSettings,
};
