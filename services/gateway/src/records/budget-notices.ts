import type { BudgetState } from "@lilux/core/fairness";
import type { Log } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import type { BudgetNotice, Tenant } from "@lilux/protocol";
import type { Part } from "@lilux/runtime";
import type { Caller } from "../access/caller.ts";
import type { Budgets } from "./budgets.ts";

/** How late an admin who is connected is told of what another gateway saw. */
const LOOK_EVERY_MS = 15_000;
/** More than the admins and budgets of the tenants that one gateway serves; the oldest are asked of the database again. */
const TOLD_MAX = 20_000;

/** One connection of somebody who may be told. */
export interface NoticeReader {
  caller(): Caller;
  send(notice: BudgetNotice): void;
}

/**
 * Tells a tenant's admins, and who took it there, that a budget is used to four fifths: each of them once
 * a month for each budget and bound, whichever gateway and connection it is over. That somebody is told is
 * put on record before they are, so that a crash between the two tells nobody twice.
 */
export interface BudgetNotices {
  /** A connection opens: an admin is told what they do not know yet. Returns how to leave. */
  enter(reader: NoticeReader): () => void;
  /** A budget was seen beyond four fifths here; `person` took it there, where anybody did. */
  seen(tenant: Tenant, seen: { month: string; states: BudgetState[]; person?: string }): void;
  readonly part: Part;
}

export interface BudgetNoticesDeps {
  store: Pick<TenantStore, "recordOnce">;
  budgets: Pick<Budgets, "reached">;
  logger: Pick<Log, "warn">;
  now(): number;
  lookEveryMs?: number | undefined;
}

export function createBudgetNotices(deps: BudgetNoticesDeps): BudgetNotices {
  const { store, budgets, logger, now } = deps;
  const readers = new Map<Tenant, Set<NoticeReader>>();
  const told = new Set<string>();

  async function tellOnce(reader: NoticeReader, notice: BudgetNotice): Promise<void> {
    const { tenant, person } = reader.caller();
    const { type: _, ...detail } = notice;
    const { month, budget, max } = notice;
    const name = `budget told ${month} ${budget} ${max} ${person}`;
    const here = `${tenant} ${name}`;
    if (told.has(here)) return;
    keepTold(here);
    const record = {
      tenant,
      actor: "lilux",
      at: now(),
      action: "budget.told",
      target: person,
      detail,
    };
    try {
      if (await store.recordOnce(name, record)) reader.send(notice);
    } catch (thrown) {
      told.delete(here);
      throw thrown;
    }
  }

  function keepTold(name: string): void {
    told.add(name);
    const [oldest] = told;
    if (told.size > TOLD_MAX && oldest !== undefined) told.delete(oldest);
  }

  function tell(
    reader: NoticeReader,
    { month, states }: { month: string; states: readonly BudgetState[] },
  ): void {
    for (const { budget, state, used, max } of states) {
      if (state === "open") continue;
      const notice = { type: "budget-notice", budget, state, month, used, max } as const;
      tellOnce(reader, notice).catch((err: unknown) =>
        logger.warn({ err, budget }, "somebody could not be told of a budget yet"),
      );
    }
  }

  const isAdmin = (reader: NoticeReader): boolean => reader.caller().verbs.has("admin");

  function look(tenant: Tenant, admins: readonly NoticeReader[]): void {
    if (admins.length === 0) return;
    budgets.reached(tenant).then(
      (seen) => {
        for (const admin of admins) tell(admin, seen);
      },
      (err: unknown) => logger.warn({ err, tenant }, "nobody knows how far budgets are used"),
    );
  }

  function lookAtAll(): void {
    for (const [tenant, own] of readers) look(tenant, [...own].filter(isAdmin));
  }

  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    enter(reader) {
      const { tenant } = reader.caller();
      const own = readers.get(tenant) ?? new Set();
      readers.set(tenant, own.add(reader));
      if (isAdmin(reader)) look(tenant, [reader]);
      return () => {
        own.delete(reader);
        if (own.size === 0 && readers.get(tenant) === own) readers.delete(tenant);
      };
    },
    seen(tenant, { person, ...seen }) {
      for (const reader of readers.get(tenant) ?? []) {
        if (isAdmin(reader) || reader.caller().person === person) tell(reader, seen);
      }
    },
    part: {
      name: "budget notices",
      start() {
        timer = setInterval(lookAtAll, deps.lookEveryMs ?? LOOK_EVERY_MS).unref();
      },
      stop: () => clearInterval(timer),
    },
  };
}
