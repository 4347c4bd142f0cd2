import type { Candidate, ExecuteAction } from "@lilux/protocol";
import { expect, test } from "vitest";
import type { ItemEvidence } from "./line-evidence.ts";
import { EMPTY_READING } from "./testing/empty-reading.ts";
import { keepVerbOfName } from "./verb-of-name.ts";

function itemCalled(callId: string, item_type: "directive" | "knowledge"): ItemEvidence {
  return {
    key: `${item_type}:${callId}`,
    callId,
    item: { item_type, source: "project", effect: "write", description: "", tags: [], inputs: [] },
    cosine: 0.5,
    lexical: 0,
    mention: { exact: false, coverage: 0.5 },
    warm: 0,
    isPrevious: false,
  };
}

/** What becomes of a change of an item that leads. */
function leaderOf(
  text: string,
  {
    id,
    action,
    type = "directive",
  }: { id: string; action: ExecuteAction; type?: "directive" | "knowledge" },
): string {
  const change: Candidate = {
    call: { name: "execute", arguments: { item_type: type, item_id: id, action } },
    confidence: 0.9,
    confidenceOnEnter: 0.95,
    effect: "destructive",
  };
  const line = { text, items: [itemCalled(id, type)], lastOpen: true, hasPrevious: false };
  const ranked = { candidates: [change], noCallConfidence: 0.1, noCallConfidenceOnEnter: 0.05 };
  const [first] = keepVerbOfName(ranked, { ...line, reading: EMPTY_READING }).candidates;
  if (first?.call.name !== "execute") return "nothing";
  return `${first.call.arguments.action} ${first.effect} ${first.confidence}`;
}

test.each([
  ["bump the minor version", "semver_bump", "update"],
  ["fix flaky test test_checkout_retry", "fix_flaky_test", "update"],
  ["please fix the flaky test", "fix_flaky_test", "update"],
  ["can you rotate the keys of the mailer", "rotate_credentials", "update"],
  ["renaming the branches", "rename_branches", "update"],
  ["delete old records of may", "delete_old_records", "delete"],
  ["i want to remove the duplicates", "remove_duplicates", "delete"],
  ["publish the newsletter", "newsletter_publish", "publish"],
] as const)("%s runs %s, and is no %s of it", (text, id, action) => {
  // Mutant: the verb may stand anywhere in the line.
  expect(leaderOf(text, { id, action })).toBe("run write 0.9");
});

test.each([
  ["edit semver_bump", "semver_bump", "update"],
  ["fix fix_flaky_test", "fix_flaky_test", "update"],
  ["please update update dependencies", "update_dependencies", "update"],
  ["delete delete_old_records", "delete_old_records", "delete"],
  ["fix the flaky test script", "fix_flaky_test", "update"],
  ["rename the input day of rename_branches", "rename_branches", "update"],
  ["change how we bump", "semver_bump", "update"],
  ["release cut_release", "cut_release", "publish"],
] as const)("%s changes %s: %s", (text, id, action) => {
  expect(leaderOf(text, { id, action })).toBe(`${action} destructive 0.9`);
});

test("knowledge is not run, whatever its name", () => {
  const given = { id: "update_rules", action: "update", type: "knowledge" } as const;
  expect(leaderOf("update the rules", given)).toBe("update destructive 0.9");
});
