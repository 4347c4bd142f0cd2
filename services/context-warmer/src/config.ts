import {
  kiwiAddressSettings,
  learningSettings,
  processSettings,
  readSettings,
  redisSettings,
  type SettingsOf,
  setting,
} from "@lilux/runtime";
import { Type } from "typebox";

export const contextWarmerSettings = {
  ...processSettings(9093),
  ...redisSettings,
  ...kiwiAddressSettings,
  ...learningSettings,
  inFlightMax: setting(
    "LILUX_WARMER_IN_FLIGHT_MAX",
    "How many turns are worked on at once.",
    Type.Integer({ minimum: 1, maximum: 1_000 }),
    { default: 16 },
  ),
  sessionsMax: setting(
    "LILUX_WARMER_SESSIONS_MAX",
    "How many sessions are remembered; the one silent the longest gives way.",
    Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    { default: 10_000 },
  ),
  discoverDeadlineMs: setting(
    "LILUX_WARMER_DISCOVER_MS",
    "How long one discovery may take, in ms.",
    Type.Integer({ minimum: 1, maximum: 10_000 }),
    { default: 200 },
  ),
  validMs: setting(
    "LILUX_WARMER_VALID_MS",
    "How long a context holds after the session's last turn, in ms: as long as people come back to a session.",
    Type.Integer({ minimum: 1_000, maximum: 604_800_000 }),
    { default: 28_800_000 },
  ),
};

export type ContextWarmerConfig = SettingsOf<typeof contextWarmerSettings>;

/** Throws `config_invalid` naming every variable that cannot be used. */
export function contextWarmerConfig(
  env: Readonly<Record<string, string | undefined>>,
): ContextWarmerConfig {
  return readSettings(contextWarmerSettings, env);
}
