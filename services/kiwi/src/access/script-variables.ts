import { LiluxError, type Tenant } from "@lilux/protocol";

/** A variable that the operator gives to a tenant's scripts. */
export interface VariableSetting {
  /** `*` is every tenant. */
  tenant: string;
  name: string;
  /** Undefined when it is allowed and not set. */
  value: string | undefined;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** They would change how the sandbox's own programs run, or are what it sets itself. */
const RESERVED = /^(LD_|PYTHON|LILUX_|GCONV_|GLIBC_|MALLOC_|BASH|ENV$|IFS$|PATH$|HOME$|TMPDIR$)/;

export function isVariableName(name: string): boolean {
  return NAME.test(name) && !RESERVED.test(name);
}

/**
 * The variables a script asked for and its tenant is given. Throws
 * `permission_denied` for one that is not on the list; names only, never values.
 */
export function grantedVariables(
  wanted: readonly string[],
  tenant: Tenant,
  settings: readonly VariableSetting[],
): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of wanted) {
    const setting =
      settings.find((entry) => entry.name === name && entry.tenant === tenant) ??
      settings.find((entry) => entry.name === name && entry.tenant === "*");
    if (setting === undefined || !isVariableName(name)) throw notAllowed(name, tenant);
    if (setting.value !== undefined) given[name] = setting.value;
  }
  return given;
}

function notAllowed(name: string, tenant: Tenant): LiluxError {
  return new LiluxError("permission_denied", {
    message: `The script asks for the variable ${name}. That takes two things: its name in __environment__, which is there, and ${tenant}:${name} in LILUX_SCRIPT_ENVIRONMENT, which the operator has not set.`,
    details: { field: "needs.variables", variable: name, setting: "LILUX_SCRIPT_ENVIRONMENT" },
  });
}
