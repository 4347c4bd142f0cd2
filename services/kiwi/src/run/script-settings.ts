import { homedir } from "node:os";
import { join } from "node:path";
import { isTenant } from "@lilux/protocol";
import { type executeSettings, type SettingsOf, setting } from "@lilux/runtime";
import { type EgressOptions, isNetwork, type PackageList, readPackageList } from "@lilux/sandbox";
import { Type } from "typebox";
import { readHostRule } from "../access/host-rule.ts";
import type { NetworkRule } from "../access/network-access.ts";
import type { AccessSettings } from "../access/script-access.ts";
import { isVariableName } from "../access/script-variables.ts";

/** What this installation lets scripts have. All of it is nothing unless it is set. */
export interface ScriptSettings extends AccessSettings {
  packages: PackageList;
  /** The most that `_timeout` may ask for. */
  runMsMax: number;
  /** Where scripts with the network may go. */
  egress: EgressOptions;
  /** All processes of a run together. */
  memoryBytesMax: number;
  /** Where installed dependencies are kept. */
  cacheFolder: string;
  /** What pip needs of the server's environment to find its configuration and its index. */
  installerEnv: Readonly<Record<string, string>>;
}

export const scriptSettings = {
  scriptMemoryMb: setting(
    "LILUX_SCRIPT_MEMORY_MB",
    "What all processes of one script may hold together, in MiB.",
    Type.Integer({ minimum: 64, maximum: 65_536 }),
    { default: 512 },
  ),
  scriptNetwork: setting(
    "LILUX_SCRIPT_NETWORK",
    "Tenants whose scripts may reach public hosts by HTTP and HTTPS when they are granted it, `*` for all; with a host, as `acme:api.example.com` or `*:*.example.org:8443`, that host alone.",
    Type.String(),
    { default: "", read: (text) => words(text).map(readNetworkRule) },
  ),
  scriptPrivateNetworks: setting(
    "LILUX_SCRIPT_PRIVATE_NETWORKS",
    "Private networks in which scripts may reach hosts, too, as `10.20.0.0/16`. Never this machine, nor the servers of this installation.",
    Type.String(),
    { default: "", read: readNetworks },
  ),
  scriptVariables: setting(
    "LILUX_SCRIPT_ENVIRONMENT",
    "Variables that scripts may be granted, each as NAME or tenant:NAME, with spaces between them.",
    Type.String(),
    { default: "", read: (text) => words(text).map(readVariable) },
  ),
  scriptPackages: setting(
    "LILUX_SCRIPT_PACKAGES",
    "Python packages that scripts may depend on, with version ranges, as `requests>=2.31,<3 pyyaml>=6`.",
    Type.String(),
    { default: "", read: readPackageList },
  ),
  packagesDirectory: setting(
    "LILUX_PACKAGES_DIR",
    "Where the environments with scripts' dependencies are kept.",
    Type.String(),
    { defaultText: "`~/.cache/lilux`, as root `/var/cache/lilux`" },
  ),
};

type Environment = Readonly<Record<string, string | undefined>>;

const INSTALLER_VARIABLES =
  /^(HOME|PATH|XDG_CONFIG_HOME|PIP_\w+|https?_proxy|no_proxy|all_proxy|ssl_cert_(file|dir))$/i;

/** What is declared above, with what it means on this machine. Pure but for the home folder's name. */
export function readScriptSettings(
  settings: SettingsOf<typeof scriptSettings & typeof executeSettings>,
  env: Environment,
): ScriptSettings {
  return {
    runMsMax: settings.executeMsMax,
    networkRules: settings.scriptNetwork,
    egress: {
      privateNetworks: settings.scriptPrivateNetworks,
      deploymentHosts: deploymentHosts(env),
    },
    variables: settings.scriptVariables.map(({ tenant, name }) => ({
      tenant,
      name,
      value: env[name],
    })),
    packages: settings.scriptPackages,
    memoryBytesMax: settings.scriptMemoryMb * 1024 * 1024,
    cacheFolder: settings.packagesDirectory ?? cacheFolder(env),
    installerEnv: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) =>
        value !== undefined && INSTALLER_VARIABLES.test(name) ? [[name, value]] : [],
      ),
    ),
  };
}

/** `tenant`, or `tenant:host`, or `tenant:host:port`. */
function readNetworkRule(word: string): NetworkRule {
  const [, tenant = "", host = "*"] = /^([^:]+)(?::(.+))?$/.exec(word) ?? [];
  const rule = readHostRule(host);
  if ((tenant === "*" || isTenant(tenant)) && rule !== undefined) return { tenant, ...rule };
  throw new Error(
    "must be tenants, or *, with spaces between them, each alone or as tenant:host or tenant:host:port",
  );
}

function readNetworks(text: string): string[] {
  const networks = words(text);
  if (networks.every(isNetwork)) return networks;
  throw new Error("must be networks with spaces between them, each as 10.20.0.0/16");
}

/** Where the servers are that this installation works with, as the environment says. */
const SERVER_VARIABLE = /^LILUX_(NATS|REDIS|DATABASE)_URL$|^LILUX_\w+_(ADDRESS|LISTEN|HOST)$/;

function deploymentHosts(env: Environment): string[] {
  const hosts = Object.entries(env)
    .filter(([name]) => SERVER_VARIABLE.test(name))
    .flatMap(([, value]) => words(value ?? ""))
    .flatMap((address) => hostIn(address) ?? []);
  return [...new Set(hosts)];
}

/** Of `nats://user:password@host:4222` or `host:4222`. */
function hostIn(address: string): string | undefined {
  const url = address.includes("://") ? address : `tcp://${address}`;
  return (
    URL.parse(url)
      ?.hostname.replace(/^\[|\]$/g, "")
      .toLowerCase() || undefined
  );
}

/** `tenant:NAME`; without a tenant, the one of this machine. */
function readVariable(word: string): { tenant: string; name: string } {
  const [name = "", tenant = "local"] = word.split(":").reverse();
  const isTenantOrAll = tenant === "*" || isTenant(tenant);
  if (isTenantOrAll && isVariableName(name) && word.split(":").length <= 2) return { tenant, name };
  throw new Error(
    "must be names of variables with spaces between them, each as NAME or tenant:NAME",
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
