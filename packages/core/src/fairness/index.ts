export { costOfUse, type Use } from "./cost-of-use.ts";
export { createFairPlaces, type FairPlace, type FairPlaces } from "./fair-places.ts";
export { createHeldShares } from "./held-shares.ts";
export { isWithinShare } from "./is-within-share.ts";
export { type BudgetState, judgeBudgets } from "./judge-budgets.ts";
export { createKeptPlace } from "./kept-place.ts";
export { createRoundRobin } from "./round-robin.ts";
export {
  type Allowance,
  type AllowanceLimits,
  rolledTo,
  settleAllowance,
  type Taken,
  takeFromAllowance,
} from "./take-from-allowance.ts";
export { createWeightedQueue } from "./weighted-queue.ts";
export { createWeights, type Weights } from "./weights.ts";
