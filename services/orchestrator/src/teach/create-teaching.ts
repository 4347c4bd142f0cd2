import { randomUUID } from "node:crypto";
import { type Bus, type BusMessage, isOfSubject, type Subscription, subjects } from "@lilux/bus";
import { type ContextStore, keys } from "@lilux/context-store";
import type { Clock } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import { createLibraryCopies } from "@lilux/library-index";
import {
  createParser,
  LibraryChange,
  LiluxError,
  type TeachingState,
  type Tenant,
} from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger, Part } from "@lilux/runtime";
import type { OrchestratorMetrics } from "../metrics.ts";
import { createSpendingBook } from "../model/admission/spending-book.ts";
import type { LanguageModel } from "../model/language-model.ts";
import { createLease } from "./lease.ts";
import { createLibraryTexts } from "./library-texts.ts";
import { serveTeaching } from "./serve-teaching.ts";
import { createTaughtTexts } from "./taught-texts.ts";
import { createTeacher } from "./teacher.ts";

export interface TeachingSettings {
  /** Tenants that are taught from the start; `all`: and every other whose library is heard of. */
  tenants: readonly Tenant[];
  all: boolean;
  tokensPerDay: number;
  itemsPerMinute: number;
}

export interface TeachingDeps {
  bus: Bus;
  kiwi: Pick<KiwiApi, "listItems">;
  contextStore: ContextStore;
  model: LanguageModel;
  /** Whether there is more than the built-in one. */
  hasModel: boolean;
  clock: Clock;
  logger: Logger;
  metrics: OrchestratorMetrics;
}

const TENANTS_MAX = 64;
const LIBRARY_WAIT_MS = 5_000;
const LIST_DEADLINE_MS = 10_000;
const LEASE_MS = 5 * 60_000;

const parser = createParser(LibraryChange, "library change", "internal");

/** The slow brain teaches the fast one: in the background where that is switched on, and by hand. */
export function createTeaching(settings: TeachingSettings, deps: TeachingDeps): Part {
  const { bus, kiwi, contextStore: store, clock, logger, hasModel } = deps;
  const copies = createLibraryCopies(
    { tenantsMax: TENANTS_MAX, waitMs: LIBRARY_WAIT_MS },
    {
      clock,
      create: createLibraryTexts,
      list: (tenant) => kiwi.listItems({ tenant }, { deadlineMs: LIST_DEADLINE_MS }),
      onFailure(tenant, error) {
        loggedError(error, { logger, message: "library could not be listed", fields: { tenant } });
      },
    },
  );
  const shared = {
    ...deps,
    ...settings,
    taught: createTaughtTexts(bus),
    spending: createSpendingBook({
      keyOf: (tenant) => keys.teaching(tenant, "spent"),
      store,
      clock,
      logger,
    }),
    library: (tenant: Tenant) => copies.of(tenant),
  };
  const teacher = createTeacher({
    ...shared,
    lease: createLease({ store, clock, holder: randomUUID(), heldMs: LEASE_MS }),
    leaseKey: (tenant) => keys.teaching(tenant, "lease"),
  });
  const isTaught = (tenant: Tenant): boolean => settings.all || settings.tenants.includes(tenant);
  const ending = new AbortController();
  let subscriptions: Subscription[] = [];

  function stateOf(tenant: Tenant): TeachingState {
    if (!hasModel) return { state: "no_model" };
    return isTaught(tenant) ? teacher.stateOf(tenant) : { state: "off" };
  }

  function onLibrary({ subject, body }: BusMessage): void {
    copies.hear(body);
    const isWanted = hasModel && parser.is(body) && isOfSubject(body, subject);
    if (isWanted && isTaught(body.tenant)) teacher.attend(body.tenant);
  }

  return {
    name: "teaching",
    start() {
      subscriptions = [
        bus.subscribe(subjects.ofAllTenants("library"), onLibrary),
        serveTeaching({ ...shared, stateOf, ending: ending.signal }),
      ];
      if (hasModel) for (const tenant of settings.tenants) teacher.attend(tenant);
    },
    async stop() {
      ending.abort(new LiluxError("shutting_down"));
      await teacher.stop();
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      copies.close();
    },
  };
}
