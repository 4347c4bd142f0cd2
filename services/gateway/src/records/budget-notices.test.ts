import type { BudgetState } from "@lilux/core/fairness";
import { SILENT_LOG } from "@lilux/core/telemetry";
import type { BudgetNotice, Verb } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createBudgetNotices } from "./budget-notices.ts";

const SOFT: BudgetState = { budget: "turnsPerMonth", state: "soft", used: 4, max: 5 };

function reader(person: string, verbs: Verb[] = ["admin"]) {
  const sent: BudgetNotice[] = [];
  const caller = () => ({ tenant: testTenant("acme"), person, verbs: new Set(verbs) });
  return { sent, caller, send: (notice: BudgetNotice) => void sent.push(notice) };
}

// Mutants: a failed record counts as told; `tellOnce` sends before it is on record.
test("nobody is told of what is not on record, and is told once it is", async () => {
  const names: string[] = [];
  let isAway = true;
  const notices = createBudgetNotices({
    store: {
      async recordOnce(name) {
        if (isAway) throw new Error("the database is away");
        if (names.includes(name)) return false;
        names.push(name);
        return true;
      },
    },
    budgets: { reached: async () => ({ month: "2026-11", states: [SOFT] }) },
    logger: SILENT_LOG,
    now: () => 0,
    lookEveryMs: 5,
  });
  const ann = reader("ann");
  const member = reader("mia", ["run"]);
  notices.enter(member);
  const leave = notices.enter(ann);
  await notices.part.start?.();
  isAway = false;
  await eventually(() => ann.sent.length > 0, { withinMs: 60_000 });
  notices.seen(testTenant("acme"), { month: "2026-11", states: [SOFT], person: "mia" });
  await eventually(() => member.sent.length > 0, { withinMs: 60_000 });
  notices.seen(testTenant("acme"), { month: "2026-12", states: [SOFT] });
  await eventually(() => ann.sent.length > 1, { withinMs: 60_000 });
  await notices.part.stop?.(0);
  leave();
  expect(ann.sent.map(({ month }) => month)).toEqual(["2026-11", "2026-12"]);
  expect(member.sent).toMatchObject([{ type: "budget-notice", ...SOFT, month: "2026-11" }]);
  expect(names).toHaveLength(3);
});
