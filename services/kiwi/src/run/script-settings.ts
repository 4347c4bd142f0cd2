import { homedir } from "node:os";
import { join } from "node:path";
import { isTenant, LiluxError } from "@lilux/protocol";
import { type PackageList, readPackageList } from "@lilux/sandbox";
import type { AccessSettings } from "../access/script-access.ts";
import { isVariableName, type VariableSetting } from "../access/script-variables.ts";

/** What this installation lets scripts have. All of it is nothing unless it is set. */
export interface ScriptSettings extends AccessSettings {
  packages: PackageList;
  /** All processes of a run together. */
  memoryBytesMax: number;
  /** Where installed dependencies are kept. */
  cacheFolder: string;
  /** What pip needs of the server's environment to find its configuration and its index. */
  installerEnv: Readonly<Record<string, string>>;
}

interface GivenSettings {
  LILUX_SCRIPT_MEMORY_MB: number;
  LILUX_SCRIPT_NETWORK: string;
  LILUX_SCRIPT_ENVIRONMENT: string;
  LILUX_SCRIPT_PACKAGES: string;
  LILUX_CACHE_DIR?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const INSTALLER_VARIABLES =
  /^(HOME|PATH|XDG_CONFIG_HOME|PIP_\w+|https?_proxy|no_proxy|all_proxy|ssl_cert_(file|dir))$/i;

/** Throws `config_invalid`. Pure but for the home folder's name. */
export function readScriptSettings(settings: GivenSettings, env: Environment): ScriptSettings {
  return {
    networkTenants: words(settings.LILUX_SCRIPT_NETWORK).map((tenant) => {
      if (tenant === "*" || isTenant(tenant)) return tenant;
      throw invalid("LILUX_SCRIPT_NETWORK must be tenants, or *, with spaces between them");
    }),
    variables: words(settings.LILUX_SCRIPT_ENVIRONMENT).map((word) => variableOf(word, env)),
    packages: readPackageList(settings.LILUX_SCRIPT_PACKAGES),
    memoryBytesMax: settings.LILUX_SCRIPT_MEMORY_MB * 1024 * 1024,
    cacheFolder: settings.LILUX_CACHE_DIR ?? cacheFolder(env),
    installerEnv: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) =>
        value !== undefined && INSTALLER_VARIABLES.test(name) ? [[name, value]] : [],
      ),
    ),
  };
}

/** `tenant:NAME`; without a tenant, the one of this machine. */
function variableOf(word: string, env: Environment): VariableSetting {
  const [name = "", tenant = "local"] = word.split(":").reverse();
  const isTenantOrAll = tenant === "*" || isTenant(tenant);
  if (isTenantOrAll && isVariableName(name) && word.split(":").length <= 2) {
    return { tenant, name, value: env[name] };
  }
  throw invalid(
    "LILUX_SCRIPT_ENVIRONMENT must be names of variables with spaces between them, each as NAME or tenant:NAME",
  );
}

/** A home folder is often closed to others; root's scripts run as others. */
function cacheFolder(env: Environment): string {
  if (process.getuid?.() === 0) return "/var/cache/lilux";
  return join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "lilux");
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

function invalid(problem: string): LiluxError {
  return new LiluxError("config_invalid", {
    message: `These settings cannot be used:\n  ${problem}`,
  });
}
