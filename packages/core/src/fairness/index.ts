export { createFairQueue } from "./fair-queue.ts";
export {
  type Allowance,
  type AllowanceLimits,
  rolledTo,
  settleAllowance,
  type Taken,
  takeFromAllowance,
} from "./take-from-allowance.ts";
