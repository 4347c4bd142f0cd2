import { expect, test } from "vitest";
import { instanceThatAnswers } from "../testing/instance-that-answers.ts";
import { runCommand } from "../testing/run-command.ts";

// Mutant: `valuesOf` empty.
test("a predicted run is told with the values that it takes from the line", async () => {
  const parameters = { start: "2026-01-01", days: 3 };
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id: "date_diff", action: "run", parameters },
  };
  const search = { name: "search", arguments: { item_type: "script", query: "dates" } };
  const candidates = [call, search].map((one, at) => ({
    call: one,
    confidence: at === 0 ? 0.9 : 0.05,
    effect: "read",
  }));
  const { url } = await instanceThatAnswers(({ path }) =>
    path === "/v1/predict"
      ? { json: { candidates, noCallConfidence: 0.05, context: "cold", routeMs: 4 } }
      : undefined,
  );
  const { out, code } = await runCommand(["predict", "days from then"], { LILUX_URL: url });
  expect(code).toBe(0);
  const [first, second] = out.split("\n");
  expect(first).toContain('execute(script date_diff, run) start="2026-01-01" days=3');
  expect(second).toMatch(/search\(script, "dates"\) +read/);
});
