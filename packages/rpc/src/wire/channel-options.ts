import type { ChannelOptions, ClientOptions } from "@grpc/grpc-js";
import { withSecret } from "./shared-secret.ts";

/** The largest message either end takes, in bytes. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

const KEEPALIVE = {
  // A frozen peer or a silently dropped connection is noticed within 7 s.
  "grpc.keepalive_time_ms": 5_000,
  "grpc.keepalive_timeout_ms": 2_000,
  "grpc.keepalive_permit_without_calls": 1,
} as const;

const SIZES = {
  "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
  "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
} as const;

export const SERVER_OPTIONS: Readonly<ChannelOptions> = { ...KEEPALIVE, ...SIZES };

/**
 * A killed and restarted peer is found again within a second: short backoff,
 * names resolved again, and `round_robin`, which (unlike the default) connects
 * again by itself and spreads calls over several addresses of one name.
 */
const CLIENT_OPTIONS: Readonly<ChannelOptions> = {
  ...KEEPALIVE,
  ...SIZES,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 500,
  "grpc.dns_min_time_between_resolutions_ms": 1_000,
  "grpc.client_idle_timeout_ms": 2_147_483_647,
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // Peers are our own and near: a proxy of the environment is not for them, and
  // connections are not shared with other clients of the process.
  "grpc.enable_http_proxy": 0,
  "grpc.use_local_subchannel_pool": 1,
};

/** A client's options, with the secret that the peer asks for, if it does. */
export function clientOptions(secret: string | undefined): Partial<ClientOptions> {
  if (secret === undefined) return CLIENT_OPTIONS;
  return { ...CLIENT_OPTIONS, interceptors: [withSecret(secret)] };
}
