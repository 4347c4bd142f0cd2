import type { Predict } from "../predict/router-client.ts";
import type { TenantRecords } from "./tenant-records.ts";

/** Of whoever nobody could tell apart. */
const NOBODY = "nobody";

/** Where tenants are records, every prediction that is answered counts once, and beyond a month's budget none is asked for. */
export function countedPredict(
  predict: Predict,
  records: Pick<TenantRecords, "budgets" | "predictions"> | undefined,
  now: () => number,
): Predict {
  if (records === undefined) return predict;
  const { budgets, predictions } = records;
  return async (request, options) => {
    const { tenant, person = NOBODY } = request;
    budgets.predict(tenant);
    const answer = await predict(request, options);
    predictions.add({ tenant, person, at: now() });
    budgets.predicted(tenant);
    return answer;
  };
}
