import { intersectGrants } from "@lilux/core/permissions";
import { type Grant, LiluxError, type Tenant } from "@lilux/protocol";
import type { FileBind, ScriptAccess } from "@lilux/sandbox";
import type { ParsedItem } from "../parse/parsed-item.ts";
import { type NetworkRule, networkAccess } from "./network-access.ts";
import { projectFiles } from "./project-files.ts";
import { assertReadableByOthers } from "./readable-by-others.ts";
import { grantedVariables, type VariableSetting } from "./script-variables.ts";

/** What this installation lets scripts have, per tenant. `*` is every tenant. */
export interface AccessSettings {
  networkRules: readonly NetworkRule[];
  variables: readonly VariableSetting[];
  /** Folders of Lilux itself, which no grant opens. */
  keptFolders?: readonly string[];
}

export interface AccessRequest {
  parsed: ParsedItem;
  tenant: Tenant;
  /** The tenant's project folder. */
  folder: string;
  /** Of the directive on whose behalf it runs; undefined for a person's own call. */
  callerGrants: readonly Grant[] | undefined;
  settings: AccessSettings;
  /** Hosts that the tenant lets its scripts reach, within the operator's; undefined: all of these. */
  scriptHosts: readonly string[] | undefined;
  /** Whether the script runs as a user who sees only what others may read. */
  runsAsOther: boolean;
}

/**
 * What a script gets of files, network and variables: what its manifest asks
 * for, the directive it runs for grants, and the installation allows. Asking
 * for something that cannot be had is an error, rather than a run that fails
 * where nobody sees why. Throws `permission_denied`.
 */
export async function scriptAccess(
  request: AccessRequest,
): Promise<Pick<ScriptAccess, "files" | "variables" | "network">> {
  const { parsed, tenant, folder, callerGrants, settings, scriptHosts, runsAsOther } = request;
  const grants = effectiveGrants(parsed.permissions, callerGrants);
  const rules = settings.networkRules;
  const network = networkAccess({ grants, tenant, rules, scriptHosts });
  const variables = grantedVariables(parsed.needs?.variables ?? [], tenant, settings.variables);
  const files = await projectFiles({ folder, grants, kept: settings.keptFolders ?? [] });
  if (runsAsOther) await assertReadable(files);
  return { files, variables, network };
}

/** Both must agree; whatever the script asks for and the directive does not grant, is refused. */
function effectiveGrants(own: readonly Grant[], caller: readonly Grant[] | undefined): Grant[] {
  const wanted = own.filter(({ attributes }) => isOutside(attributes["resource"]));
  if (caller === undefined) return wanted;
  for (const grant of wanted) {
    if (grant.verb === "deny" || intersectGrants(caller, [grant]).some(isAllowing)) continue;
    const { verb, attributes } = grant;
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
    throw new LiluxError("permission_denied", {
      message: `The script asks for <${verb} ${written.join(" ")}/>, which the directive it runs for does not grant. Add it to the directive's permissions, or run the script yourself.`,
      details: { field: "permissions", needed: grant, denied: false },
    });
  }
  return intersectGrants(caller, wanted);
}

function isOutside(resource: string | undefined): boolean {
  return resource === "filesystem" || resource === "network";
}

function isAllowing({ verb }: Grant): boolean {
  return verb !== "deny";
}

async function assertReadable(files: readonly FileBind[]): Promise<void> {
  for (const file of files) await assertReadableByOthers(file);
}
