import { type Grant, LiluxError, type Tenant } from "@lilux/protocol";
import type { NetworkAccess } from "@lilux/sandbox";
import { coversHost, type HostRule, readHostRule } from "./host-rule.ts";

/** Where the scripts of a tenant may connect to. */
export interface NetworkRule extends HostRule {
  /** `*` is every tenant. */
  tenant: string;
}

export interface NetworkRequest {
  grants: readonly Grant[];
  tenant: Tenant;
  /** Of the operator, for all tenants. */
  rules: readonly NetworkRule[];
  /** Of the tenant itself; undefined where it did not say: then all that the operator lets it reach. */
  scriptHosts: readonly string[] | undefined;
}

/**
 * The hosts that a script's grants, its tenant and the operator all let it reach; undefined
 * when it asks for none. A grant without a host is for all that the other two let it
 * reach, a denial without one for every host. Throws `permission_denied`.
 */
export function networkAccess({
  grants,
  tenant,
  rules,
  scriptHosts,
}: NetworkRequest): Pick<NetworkAccess, "refuses"> | undefined {
  const ofNetwork = grants.filter(({ attributes }) => attributes["resource"] === "network");
  const [denied, granted] = [true, false].map((isDenial) =>
    ofNetwork.filter(({ verb }) => (verb === "deny") === isDenial).map(hostsOf),
  );
  if (granted === undefined || granted.length === 0) return undefined;
  if (denied?.some(({ name, port }) => name === undefined && port === undefined)) return undefined;
  const allowed = rules.filter((rule) => rule.tenant === "*" || rule.tenant === tenant);
  if (allowed.length === 0) throw notAllowed(tenant);
  if (scriptHosts?.length === 0) throw switchedOff();
  // What cannot be read as a host lets nobody reach anything.
  const own = scriptHosts?.flatMap((host) => readHostRule(host) ?? []);
  return {
    refuses(host) {
      if (denied?.some((rule) => coversName(rule, host))) return "is denied";
      if (!granted.some((rule) => coversGranted(rule, host)))
        return "is not in the script's grants";
      const isAllowed = allowed.some((rule) => coversHost(rule, host));
      if (!isAllowed) return "is not among the hosts and ports of LILUX_SCRIPT_NETWORK";
      if (own === undefined || own.some((rule) => coversHost(rule, host))) return undefined;
      return "is not among the hosts of your tenant's settings (scriptHosts)";
    },
  };
}

/** A grant that names no port is for every port the operator opens; a denial, for every port. */
function coversGranted(rule: HostRule, host: { name: string; port: number }): boolean {
  return coversHost({ ...rule, port: rule.port ?? host.port }, host);
}

const coversName = coversGranted;

function hostsOf(grant: Grant): HostRule {
  const { attributes } = grant;
  const other = ["hosts", "pattern", "url"].find((name) => (attributes[name] ?? "*") !== "*");
  const rule = readHostRule(attributes["host"] ?? "*");
  if (other === undefined && rule !== undefined) return rule;
  throw new LiluxError("permission_denied", {
    message: `The script asks for the network as nothing here understands it. A network grant names one host by name, as {"verb": "connect", "resource": "network", "host": "api.example.com"} ("*.example.com" for all below it), or none for all that the operator lets its tenant reach.`,
    details: { field: `permissions.${other ?? "host"}` },
  });
}

function switchedOff(): LiluxError {
  return new LiluxError("permission_denied", {
    message:
      "The script asks for the network, and your tenant lets its scripts reach no host. An admin of it changes that in its settings (scriptHosts).",
    details: { field: "permissions.network", setting: "scriptHosts" },
  });
}

function notAllowed(tenant: Tenant): LiluxError {
  return new LiluxError("permission_denied", {
    message: `The script asks for the network. That takes two things: a network grant in its manifest, which it has, and the tenant ${tenant} in LILUX_SCRIPT_NETWORK, which the operator has not set.`,
    details: { field: "permissions.network", setting: "LILUX_SCRIPT_NETWORK" },
  });
}
