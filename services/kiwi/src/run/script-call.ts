import type { Clock } from "@lilux/core/async";
import type { FairPlaces } from "@lilux/core/fairness";
import type { CarriedSettings, ExecuteArguments, Grant, Tenant } from "@lilux/protocol";
import type { RefusedHost, SandboxState } from "@lilux/sandbox";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import type { KiwiMetrics } from "../metrics.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { ScriptSettings } from "./script-settings.ts";

export interface ScriptDeps {
  sandbox: () => Promise<SandboxState>;
  /** Running without a sandbox; undefined when the operator has not allowed it. */
  plain: () => Promise<SandboxState | undefined>;
  slots: FairPlaces;
  secrets: Secrets;
  settings: ScriptSettings;
  metrics: KiwiMetrics;
  clock: Clock;
}

export interface ScriptCall {
  /** Gives back what preparing takes, where the run never begins. */
  held: DisposableStack;
  tenant: Tenant;
  library: Library;
  opened: OpenedItem;
  given: ExecuteArguments;
  /** Checked and converted. */
  inputs: Record<string, unknown>;
  /** Of the directive on whose behalf it runs. */
  grants: readonly Grant[] | undefined;
  /** What the tenant itself lets its scripts have, within what the operator does. */
  settings: Pick<CarriedSettings, "scriptPackages" | "scriptHosts">;
  signal: AbortSignal;
  onProgress: (line: string) => void;
  /** Told of each host that the script was not let through to. */
  onRefusedHost: (refused: RefusedHost) => void;
  /** Told how long its process ran, however that ended. */
  onRan: (ms: number) => void;
}
