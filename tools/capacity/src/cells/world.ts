import { ASSUMED } from "./assumed.ts";
import type { CellPlan } from "./cell-plan.ts";
import type { Fault } from "./faults.ts";
import { zoneOf } from "./owners.ts";

/** What of a cell is there at a moment; moments in ms. */
export interface World {
  hasRouter(router: number, at: number): boolean;
  /** When a router that is lost answers again. */
  backAt(router: number, at: number): number;
  /** The two that hold a partition then: the best of those that are not known to be lost. */
  holders(ranked: Uint16Array, at: number): [first: number, second: number];
  /** Whether a keystroke of this gateway's goes on to the bus; `luck` says how soon whoever sent it was back. */
  reachesBus(gateway: number, at: number, luck: number): boolean;
  /** Most people who came back in one second. */
  reconnectsPeak: number;
}

/** A server of three is one that a third is connected to. */
const BUS_SERVERS = 3;

export function createWorld(plan: CellPlan, faults: readonly Fault[]): World {
  const losses = faults.map((fault) => ({
    ...fault,
    from: fault.at * 1_000,
    until: (fault.at + fault.for) * 1_000,
  }));
  const loadMs = plan.itemsPerPartition * ASSUMED.storedItemMs.value;
  const takenOverMs = ASSUMED.leaseSeconds.value * 1_000 + loadMs;
  const lossOf = (router: number, at: number) =>
    losses.find((loss) => hits(loss, "router", router, plan) && at >= loss.from && at < loss.until);
  return {
    hasRouter: (router, at) => lossOf(router, at) === undefined,
    backAt: (router, at) => lossOf(router, at)?.until ?? at,
    holders(ranked, at) {
      const [first = 0, second = 0] = ranked;
      if (losses.length === 0) return [first, second];
      const found: number[] = [];
      for (const router of ranked) {
        const loss = lossOf(router, at);
        if (loss === undefined || at < loss.from + takenOverMs) found.push(router);
        if (found.length === 2) break;
      }
      return [found[0] ?? first, found[1] ?? second];
    },
    reachesBus: (gateway, at, luck) =>
      !losses.some((loss) => {
        if (at < loss.from || at >= loss.until) return false;
        if (loss.kind === "bus") return true;
        const since = (at - loss.from) / 1_000;
        if (loss.kind === "bus-server") {
          return gateway % BUS_SERVERS === 0 && since < luck * ASSUMED.busReconnectSeconds.value;
        }
        return (
          hits(loss, "gateway", gateway, plan) && since < luck * ASSUMED.reconnectSeconds.value
        );
      }),
    reconnectsPeak: Math.max(0, ...losses.map((loss) => comingBack(loss, plan))),
  };
}

function hits(
  { kind }: Fault,
  what: "router" | "gateway",
  process: number,
  { zones }: CellPlan,
): boolean {
  return (kind === what && process === 0) || (kind === "zone" && zoneOf(process, zones) === 0);
}

/** People a second, while those of the gateways that went come back. */
function comingBack(fault: Fault, plan: CellPlan): number {
  const gateways = Array.from({ length: plan.gateways }, (_, at) => at);
  const lost = gateways.filter((gateway) => hits(fault, "gateway", gateway, plan)).length;
  return ((lost / plan.gateways) * plan.typists) / ASSUMED.reconnectSeconds.value;
}
