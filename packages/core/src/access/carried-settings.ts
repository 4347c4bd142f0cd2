import { CarriedSettings, type TenantSettings } from "@lilux/protocol";

const NAMES = Object.keys(CarriedSettings.properties) as (keyof CarriedSettings)[];

/** Of a tenant's settings those that travel with its calls; undefined where it set none of them. */
export function carriedSettings(settings: TenantSettings): CarriedSettings | undefined {
  const set = NAMES.filter((name) => settings[name] !== undefined);
  if (set.length === 0) return undefined;
  return Object.fromEntries(set.map((name) => [name, settings[name]]));
}
