export {
  type Allowance,
  type AllowanceLimits,
  rolledTo,
  settleAllowance,
  type Taken,
  takeFromAllowance,
} from "./take-from-allowance.ts";
export { createWeightedQueue } from "./weighted-queue.ts";
