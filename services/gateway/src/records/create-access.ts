import type { Bus } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { Database } from "@lilux/database";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger, Part } from "@lilux/runtime";
import { type Authenticate, createAuthenticate } from "../access/authenticate.ts";
import type { Caller } from "../access/caller.ts";
import { type CallersInside, createCallersInside } from "../access/callers-inside.ts";
import { createHeldKeys, type HeldKeys } from "../access/held-keys.ts";
import { createSignInAddresses } from "../access/sign-in-addresses.ts";
import { createTickets, type Tickets } from "../access/tickets.ts";
import type { Tenants } from "../admit/tenants.ts";
import { type Approvals, createApprovals } from "../approvals/approvals.ts";
import { createDirectKiwi, type DirectKiwi } from "../approvals/direct-kiwi.ts";
import { recordOf } from "../approvals/record-of.ts";
import type { GatewayConfig } from "../config.ts";
import type { StoredFlywheel } from "../deletion/stored-flywheel.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { makersOf } from "./makers-of.ts";
import type { SettingsBook } from "./settings-book.ts";
import { createTenantRecords, type TenantRecords } from "./tenant-records.ts";

/** Who is let in, by whatever a gateway goes by. */
export interface Access {
  /** Of the file. */
  keys: HeldKeys;
  /** Where tenants are records of a database. */
  records: TenantRecords | undefined;
  tickets: Tickets;
  /** Who may say yes to what; undefined where whoever asks does. */
  approvalsOf: TenantRecords["approvalsOf"] | undefined;
  /** Calls that wait for a second person; undefined where no tenant can want one. */
  approvals: Approvals | undefined;
  inside: CallersInside;
  /** The same caller as they are now. Rejects when they would not be let in any more. */
  again(caller: Caller): Promise<Caller>;
  /** The tool core for doors without turns. */
  direct: DirectKiwi;
  authenticate: Authenticate;
  /** In the order to start them. */
  parts: readonly Part[];
}

export interface AccessDeps {
  bus: Bus;
  kiwi: KiwiApi;
  tenants: Tenants;
  secret: Buffer;
  tenantDatabase: Database | undefined;
  storedFlywheel: StoredFlywheel | undefined;
  metrics: Pick<GatewayMetrics, "budgetsReached">;
  settings: Pick<SettingsBook, "note">;
  clock: Clock;
  logger: Logger;
}

export function createAccess(config: GatewayConfig, deps: AccessDeps): Access {
  const { bus, secret, tenantDatabase: database, clock } = deps;
  const { plans, prices } = config;
  const keys = createHeldKeys(config);
  const tickets = createTickets({ secret, bus, now: clock.unix });
  const { deletionSettleMs } = config.limits;
  const signInAddresses = createSignInAddresses(config.signInAddresses);
  const own = { plans, prices, deletionSettleMs, signInAddresses };
  const records = database && createTenantRecords({ ...deps, database, ...own });
  const again = async (caller: Caller): Promise<Caller> =>
    records === undefined ? caller : records.bound(await records.entry.again(caller));
  const inside = createCallersInside(again);
  records?.directory.onLook(() => void inside.lookAgain());
  const authenticate = createAuthenticate({
    keys: keys.current,
    operators: config.operatorKeys,
    records,
    origins: config.origins,
    tickets,
  });
  const approvals =
    records &&
    createApprovals({
      bus,
      secret,
      beatMs: config.limits.turnBeatMs,
      now: clock.unix,
      again,
      nameOf: records.nameOf,
      makersOf: (caller) => makersOf(caller, records.directory),
      record: (act) => records.store.addRecord(recordOf(act, clock.unix())),
    });
  const runWithinMs = config.limits.executeWithinMs;
  const direct = createDirectKiwi({ kiwi: deps.kiwi, approvals, again, runWithinMs });
  const parts = [...(records?.parts ?? []), ...(approvals === undefined ? [] : [approvals.part])];
  const approvalsOf = records?.approvalsOf;
  const approving = { approvals, approvalsOf, direct };
  return { keys, records, tickets, inside, again, ...approving, authenticate, parts };
}
