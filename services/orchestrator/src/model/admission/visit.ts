import type { Clock } from "@lilux/core/async";
import type { Weights } from "@lilux/core/fairness";
import { LiluxError, type Tenant, verifiedTenant } from "@lilux/protocol";
import type {
  DecideRequest,
  ModelRequest,
  Spending,
  StructuredRequest,
} from "../language-model.ts";
import { promptTokens } from "../window/prompt-size.ts";
import type { Admission, Place, Purpose } from "./create-admission.ts";
import { costOf, type Prices } from "./prices.ts";
import type { SpendingBook, Spent } from "./spending-book.ts";
import { limitsOf, type ModelLimits, type TenantLimits } from "./tenant-limits.ts";

export interface AdmittedModelDeps {
  admission: Admission;
  spending: SpendingBook;
  limits: ModelLimits;
  prices: Prices | undefined;
  /** Of an answer, where the request does not say. */
  tokensMax: number;
  /** Where the limits do not say how much a tenant counts. */
  weights: Pick<Weights, "of">;
  clock: Clock;
  /** What a request to the server used in the end, with its cost where the pool has prices. */
  onUsed(tenant: Tenant, used: Spending): void;
  /** A request that was not let in: for want of a place, or of what its tenant may use. */
  onRefused(refused: { tenant: Tenant; purpose: Purpose; error: LiluxError }): void;
}

/** One request at one pool, from the door to its bill. */
export interface Visit {
  /** The request's own fields as they are once it is in: what waiting left of its time, and who counts. */
  asked(): { firstTokenMs?: number; onSpent(spending: Spending): void };
  /** Gives the place back and settles what was reserved. */
  end(): Promise<void>;
}

interface Visitor {
  purpose: Purpose;
  request: ModelRequest | StructuredRequest | (DecideRequest & { tokensMax: number });
  signal: AbortSignal;
}

/** How long a request waits for a place at most, however patient it is. */
const WAIT_MS_MAX = 5_000;
const MILLION = 1_000_000;
/** Whose spending it is what no turn asked for. */
const NOBODY = verifiedTenant("nobody");

export async function startVisit(
  deps: AdmittedModelDeps,
  { purpose, request, signal }: Visitor,
): Promise<Visit> {
  const { clock, prices } = deps;
  const tenant = request.origin?.tenant ?? NOBODY;
  const limits = limitsOf(deps.limits, tenant);
  const startedAt = clock.monotonic();
  const most = mostOf(request, deps);
  const refused = (thrown: unknown): never => {
    const error = LiluxError.from(thrown);
    if (!signal.aborted) deps.onRefused({ tenant, purpose, error });
    throw error;
  };
  const reserving = deps.spending.reserve(tenant, most, allowanceLimits(limits));
  const reservation = await reserving.catch(refused);
  const nothing: Spent = { tokens: 0, cost: 0 };
  const entering = { tenant, purpose, request, signal, limits, tokens: most.tokens };
  const place = await placeFor(deps, entering).catch(async (error: unknown) => {
    await reservation.settle(nothing);
    return refused(error);
  });
  let used = nothing;
  return {
    asked() {
      const { firstTokenMs } = request;
      const onSpent = (spending: Spending): void => {
        const priced = {
          ...spending,
          ...(prices === undefined ? {} : { cost: costOf(spending, prices) }),
        };
        used = { tokens: used.tokens + tokensOf(spending), cost: used.cost + (priced.cost ?? 0) };
        deps.onUsed(tenant, priced);
        request.onSpent?.(priced);
      };
      if (firstTokenMs === undefined) return { onSpent };
      const waited = clock.monotonic() - startedAt;
      return { onSpent, firstTokenMs: Math.max(1, firstTokenMs - waited) };
    },
    async end() {
      place.leave(used.tokens);
      await reservation.settle(used);
    },
  };
}

/** What it may use, as far as that can be told before it is asked. */
function mostOf(
  {
    messages,
    tools = [],
    tokensMax,
  }: Pick<StructuredRequest, "messages" | "tools"> & { tokensMax?: number },
  deps: AdmittedModelDeps,
): Spent {
  const most = {
    promptTokens: promptTokens({ messages, tools }),
    completionTokens: tokensMax ?? deps.tokensMax,
  };
  return { tokens: tokensOf(most), cost: costOf(most, deps.prices) };
}

async function placeFor(
  { admission, weights }: AdmittedModelDeps,
  visitor: Visitor & { tenant: Tenant; limits: TenantLimits; tokens: number },
): Promise<Place> {
  const { tenant, purpose, request, signal, limits, tokens } = visitor;
  // What is left must do for an answer.
  const waitMs = Math.min(WAIT_MS_MAX, (request.firstTokenMs ?? Number.POSITIVE_INFINITY) / 2);
  const { weight = weights.of(tenant), running: tenantRunningMax } = limits;
  return admission.enter({ tenant, purpose, tokens, weight, tenantRunningMax, waitMs }, signal);
}

function tokensOf(used: Pick<Spending, "promptTokens" | "completionTokens">): number {
  return (used.promptTokens ?? 0) + (used.completionTokens ?? 0);
}

function allowanceLimits({ tokensPerMinute, tokensPerDay, costPerDay }: TenantLimits) {
  const inMillionths = costPerDay === undefined ? undefined : costPerDay * MILLION;
  return { tokensPerMinute, tokensPerDay, costPerDay: inMillionths };
}
