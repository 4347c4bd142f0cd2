import { type KiwiConfig, kiwiConfig } from "../config.ts";

/** What of a configuration concerns scripts, from these variables. */
export function scriptSettingsOf(env: Record<string, string>): Pick<KiwiConfig, "scriptSettings"> {
  return { scriptSettings: kiwiConfig({ PATH: "/usr/bin:/bin", ...env }).scriptSettings };
}
