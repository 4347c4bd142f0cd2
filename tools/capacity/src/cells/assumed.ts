import type { Measured } from "../measured.ts";

const BY = "ASSUMED, never measured";

/** What the simulation has to believe. Its answers are worth no more than these. */
export const ASSUMED = {
  wireMs: { value: 1, unit: "ms there and back between a gateway and a router", by: BY },
  storedItemMs: { value: 0.05, unit: "ms to read an embedding that is kept", by: BY },
  leaseSeconds: {
    value: 2,
    unit: "s until the next owner takes the partitions of one that is silent",
    by: BY,
  },
  busReconnectSeconds: { value: 0.4, unit: "s, the last client of a lost nats-server", by: BY },
  reconnectSeconds: { value: 2, unit: "s, the last person of a lost gateway is back", by: BY },
} as const satisfies Record<string, Measured>;
