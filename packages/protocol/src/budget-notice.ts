import { type Static, Type } from "typebox";
import { BUDGETS } from "./budgets.ts";
import { TextEnum } from "./text-enum.ts";

/** By the names of the limits that they are. */
export const BudgetName = TextEnum(BUDGETS);

/**
 * A budget of the tenant's month is used to four fifths, or to its end. Told once to each of the tenant's
 * admins, and to who took it there, over one of their connections; kept nowhere, and never replayed.
 */
export const BudgetNotice = Type.Object({
  type: Type.Literal("budget-notice"),
  budget: BudgetName,
  /** `soft`: from four fifths on. `spent`: what it bounds is refused. */
  state: TextEnum(["soft", "spent"]),
  month: Type.String({ description: "Of the calendar, in UTC: 2026-11." }),
  used: Type.Number({ minimum: 0 }),
  max: Type.Number({ minimum: 0 }),
});
export type BudgetNotice = Static<typeof BudgetNotice>;
