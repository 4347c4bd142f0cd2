import { createParser, TenantLimitsGiven } from "@lilux/protocol";
import { setting } from "@lilux/runtime";
import { type Static, Type } from "typebox";

const Plans = Type.Record(Type.String({ minLength: 1, maxLength: 64 }), TenantLimitsGiven);
/** What tenants of each plan may take, by the plan's name. */
export type Plans = Static<typeof Plans>;

const parser = createParser(Plans, "LILUX_PLANS", "config_invalid");

export const planSettings = {
  plans: setting(
    "LILUX_PLANS",
    'What tenants of each plan may take and how much they count where something is crowded, as JSON: `{"team":{"weight":4,"turnsPerMonth":20000}}`. A tenant\'s own limits come before its plan\'s.',
    Type.String(),
    { default: "{}", read: readPlans },
  ),
};

function readPlans(text: string): Plans {
  try {
    return parser.parse(JSON.parse(text));
  } catch {
    throw new Error('must be JSON of limits by plan, as {"team":{"weight":4}}');
  }
}

/** A tenant's own limits, and its plan's where it has none. The same object for the same record. */
export type LimitsOf = (record: { plan: string; limits: TenantLimitsGiven }) => TenantLimitsGiven;

export function createLimitsOf(plans: Plans): LimitsOf {
  const merged = new WeakMap<TenantLimitsGiven, TenantLimitsGiven>();
  return ({ plan, limits }) => {
    const known = merged.get(limits);
    if (known !== undefined) return known;
    const ofPlan = Object.hasOwn(plans, plan) ? plans[plan] : undefined;
    const both = { ...ofPlan, ...limits };
    merged.set(limits, both);
    return both;
  };
}
