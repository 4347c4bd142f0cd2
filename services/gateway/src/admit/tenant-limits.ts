import { type SettingsOf, setting } from "@lilux/runtime";
import { Type } from "typebox";

function bound(variable: string, sentence: string, usual: number) {
  return setting(variable, sentence, Type.Integer({ minimum: 1, maximum: 1_000_000_000 }), {
    default: usual,
  });
}

/** What one tenant may take of a gateway, so that no neighbour goes without. */
export const tenantSettings = {
  tenantSessionsMax: bound(
    "LILUX_TENANT_SESSIONS_MAX",
    "Sessions of a tenant that a gateway holds; those that wait longest to be resumed make room.",
    5_000,
  ),
  tenantSocketsMax: bound(
    "LILUX_TENANT_SOCKETS_MAX",
    "WebSockets that a tenant may have open.",
    5_000,
  ),
  tenantRequestsPerSecond: bound(
    "LILUX_TENANT_REQUESTS_PER_SECOND",
    "REST and MCP requests of a tenant; twice as many at once.",
    500,
  ),
  tenantFramesPerSecond: bound(
    "LILUX_TENANT_FRAMES_PER_SECOND",
    "WebSocket frames of a tenant, over all its sockets; twice as many at once.",
    2_000,
  ),
  tenantBytesPerSecond: bound(
    "LILUX_TENANT_BYTES_PER_SECOND",
    "Bytes of a tenant's bodies and frames; four times as many at once.",
    8 * 1024 * 1024,
  ),
  tenantRequestsAtOnce: bound(
    "LILUX_TENANT_REQUESTS_AT_ONCE",
    "REST requests of a tenant that are in work; four times as many wait.",
    64,
  ),
  tenantPredictionsAtOnce: bound(
    "LILUX_TENANT_PREDICTIONS_AT_ONCE",
    "REST predictions of a tenant that are in work; sixteen times as many wait.",
    4,
  ),
  tenantTurnsAtOnce: bound(
    "LILUX_TENANT_TURNS_AT_ONCE",
    "Turns of a tenant that run at one gateway, over all its sessions and requests.",
    64,
  ),
};

export type TenantLimits = SettingsOf<typeof tenantSettings>;
