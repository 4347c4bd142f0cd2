import type { Clock } from "@lilux/core/async";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { LanguageModel, TurnOfModel } from "../language-model.ts";
import type { Pool } from "./pool.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { TurnClock } from "./turn-clock.ts";

export interface PooledModelDeps {
  /** In the order in which they are asked. */
  pools: readonly Pool[];
  /** Answers when none of them does. */
  lastResort: LanguageModel;
  clock: Clock;
  firstTokenMs: number;
  /** Second requests while a first one is silent, as a share of all. */
  hedges: RetryBudget;
  onHedge(outcome: "won" | "lost" | "failed"): void;
  /** The name of the model that is deployed for a tenant, or tried on a session of it. */
  deployed?(turn: TurnOfModel): string | undefined;
}

/** What the attempts of one turn share. */
export interface TurnState {
  deps: PooledModelDeps;
  /** For whom it is asked. */
  turn: TurnOfModel | undefined;
  clock: TurnClock;
  /** Pools that were silent in this turn: none is waited for twice. */
  silent: Set<Pool>;
  answering: LanguageModel | undefined;
}

export function usable(pools: readonly Pool[]): Pool[] {
  return pools.filter((pool) => pool.isClosed());
}

export function askable({ deps, silent, turn }: TurnState): Pool[] {
  const chosen = turn?.pool;
  const isChosen = ({ name }: Pool): boolean => chosen === undefined || name === chosen;
  return usable(deps.pools).filter((pool) => {
    return isChosen(pool) && isOfferedTo(turn?.tenant, pool) && !silent.has(pool);
  });
}

export function isOfferedTo(
  tenant: Tenant | undefined,
  { tenants }: Pick<Pool, "tenants">,
): boolean {
  return tenants === undefined || (tenant !== undefined && tenants.includes(tenant));
}

/** Why the only pool that may answer is not there at all; undefined where it is. */
export function goneReason({ deps, turn }: TurnState): LiluxError | undefined {
  const chosen = turn?.pool;
  if (chosen === undefined) return undefined;
  const known = deps.pools
    .filter((pool) => isOfferedTo(turn?.tenant, pool))
    .map(({ name }) => name);
  if (known.includes(chosen)) return undefined;
  const there = known.length === 0 ? "none" : known.join(", ");
  return new LiluxError("unknown_model", {
    message: `Your tenant is to be answered by the pool \`${chosen}\` alone, and there is no such pool for it here any more. There is: ${there}. An admin of the tenant names another in its settings (modelPool).`,
    details: { field: "modelPool", setting: "modelPool", pools: known },
  });
}

/** Small models explain and verify; they plan and converse only when nobody else does. */
export function inOrderFor(isSmall: boolean, pools: readonly Pool[]): Pool[] {
  const first = pools.filter(({ tier }) => (tier === "small") === isSmall);
  return [...first, ...pools.filter((pool) => !first.includes(pool))];
}

/** Whoever may be asked next needs a share of the turn's time, too. */
export function within<R extends { firstTokenMs?: number }>(
  { clock, turn }: TurnState,
  request: R,
  shares = 1,
): R {
  const shareMs = clock.leftMs() / shares;
  const firstTokenMs = Math.min(shareMs, request.firstTokenMs ?? shareMs);
  return { ...request, ...(turn === undefined ? {} : { origin: turn }), firstTokenMs };
}

/**
 * The tenant's own, where the server has it: what its settings name first, then what is deployed, then what
 * the pools' file names. The first two go only to a server that lists them; all others know nothing of them.
 */
export function adapterOf(
  { deps, turn }: TurnState,
  { adapters, served }: Pool,
): { model?: string } {
  if (turn === undefined) return {};
  const listed = [turn.adapter, deps.deployed?.(turn)].find(
    (name) => name !== undefined && served()?.includes(name) === true,
  );
  if (listed !== undefined) return { model: listed };
  const model = adapters[turn.tenant];
  const isServed = model !== undefined && (served()?.includes(model) ?? true);
  return isServed ? { model } : {};
}

interface NotedFailure {
  failure: LiluxError;
  hasSpoken?: boolean;
  /** It had less time than a server may take: it may be slow, as one token tells. */
  isBrief?: boolean;
}

export function noteFailure(
  { silent }: TurnState,
  pool: Pool,
  { failure, hasSpoken = false, isBrief = false }: NotedFailure,
): void {
  const isSilent = failure.details?.["reason"] === "silent";
  if (isSilent) silent.add(pool);
  if (hasSpoken) pool.lost(failure);
  else if (isSilent && isBrief) pool.suspect();
  else pool.failed(failure);
}
