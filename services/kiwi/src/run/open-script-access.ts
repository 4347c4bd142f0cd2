import { LiluxError } from "@lilux/protocol";
import {
  applyingDependencies,
  type HeldEnvironment,
  NO_ACCESS,
  type RefusedHost,
  type ScriptAccess,
  type ScriptSandbox,
} from "@lilux/sandbox";
import { scriptAccess } from "../access/script-access.ts";
import { sharedModules } from "../access/shared-modules.ts";
import { maskSecrets, type SecretMask } from "../secrets/mask-secrets.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { ScriptCall } from "./script-call.ts";
import type { ScriptSettings } from "./script-settings.ts";

export interface OpenedAccess {
  access: ScriptAccess;
  /** Takes the secrets that the run is given out of what comes of it. */
  mask: SecretMask;
  /** Called when the run is over. */
  release(): void;
}

/**
 * Everything a script gets beyond an empty machine: files, network, variables,
 * secrets, shared modules, installed dependencies. Throws `permission_denied`,
 * `secret_missing`, `secrets_unavailable`, `item_broken`, `dependency_refused`, `dependency_failed`.
 */
export async function openScriptAccess(
  call: ScriptCall,
  {
    sandbox,
    settings,
    secrets,
  }: { sandbox: ScriptSandbox; settings: ScriptSettings; secrets: Secrets },
): Promise<OpenedAccess> {
  const { library, opened, tenant } = call;
  const { parsed, item } = opened;
  const source = library.source(item.source);
  if (source === undefined) assertAsksForNothing(call);
  const root = await source?.root();
  const shared = root === undefined ? undefined : await sharedModules(root);
  const given = await scriptAccess({
    parsed,
    tenant,
    folder: library.source("project")?.folder ?? "",
    callerGrants: call.grants,
    settings,
    scriptHosts: call.settings.scriptHosts,
    runsAsOther: sandbox.runner.runsAsOther,
  });
  const values = await secrets.open(tenant, parsed.needs?.secrets ?? []);
  const mask = maskSecrets(values);
  const environment = await dependenciesOf(call, sandbox);
  const onRefused = ({ host, reason }: RefusedHost): void =>
    call.onRefusedHost({ host: mask.text(host), reason });
  const network = given.network && { ...given.network, onRefused };
  const variables = { ...given.variables, ...values };
  const packages = environment?.path;
  return {
    access: { ...NO_ACCESS, ...given, variables, network, shared, packages, keepsOut: mask.holds },
    mask,
    release: () => environment?.release(),
  };
}

async function dependenciesOf(
  { opened, settings, signal, onProgress }: ScriptCall,
  { environments, python }: ScriptSandbox,
): Promise<HeldEnvironment | undefined> {
  const declared = opened.parsed.needs?.dependencies ?? [];
  const dependencies = applyingDependencies(declared, python.markers);
  if (dependencies.length === 0) return undefined;
  const { scriptPackages } = settings;
  const options = { tenantPackages: scriptPackages, signal, onProgress };
  if (environments !== undefined) return environments.take(dependencies, options);
  throw new LiluxError("dependency_failed", {
    message: "Dependencies are installed only where scripts run in bubblewrap.",
    details: { reason: "no_installer" },
  });
}

/** What runs straight from a registry was reviewed by nobody here. */
function assertAsksForNothing({ opened }: ScriptCall): void {
  const { permissions, needs } = opened.parsed;
  const asked = [...permissions, ...(needs?.variables ?? []), ...(needs?.secrets ?? [])];
  if (asked.length === 0) return;
  throw new LiluxError("permission_denied", {
    message:
      "The script asks for files, network, variables or secrets and lies in a registry. Load it into your project, read it, and run it from there.",
    details: { field: "source" },
  });
}
