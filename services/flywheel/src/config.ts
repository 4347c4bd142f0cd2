import { processSettings, readSettings, type SettingsOf, setting } from "@lilux/runtime";
import { Type } from "typebox";

export const flywheelSettings = {
  ...processSettings(9096),
  databaseUrl: setting(
    "LILUX_FLYWHEEL_DATABASE_URL",
    "What is kept for training: postgres://…, or a folder for an embedded database. It may hold a password.",
    Type.String(),
    { defaultText: "none; embedded for `npm start`" },
  ),
  keptDays: setting(
    "LILUX_FLYWHEEL_DAYS",
    "How long a turn is kept for training, in days.",
    Type.Integer({ minimum: 1, maximum: 3_650 }),
    { default: 365 },
  ),
  inFlightMax: setting(
    "LILUX_FLYWHEEL_IN_FLIGHT_MAX",
    "How many interactions are taken in at once.",
    Type.Integer({ minimum: 1, maximum: 1_000 }),
    { default: 4 },
  ),
  datasetTurnsMax: setting(
    "LILUX_FLYWHEEL_DATASET_TURNS_MAX",
    "The newest turns of a tenant that one dataset is made of, at most.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 100_000 },
  ),
};

export type FlywheelConfig = SettingsOf<typeof flywheelSettings>;

/** Throws `config_invalid` naming every variable that cannot be used. */
export function flywheelConfig(env: Readonly<Record<string, string | undefined>>): FlywheelConfig {
  return readSettings(flywheelSettings, env);
}
