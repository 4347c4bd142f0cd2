import type { ArmName } from "./month-arm.ts";

/** What `npm run bench -- flywheel` can be told. */
export interface FlywheelBenchOptions {
  people: number;
  tenants: number;
  days: number;
  seed: number;
  minutes: number;
  arms: readonly ArmName[];
  write?: boolean;
}
