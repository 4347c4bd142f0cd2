import type { NewReview, ReviewRow, ReviewVerdict } from "@lilux/protocol";
import { expect, test } from "vitest";
import { onTerminal } from "../output/create-print.ts";
import { reviewByKeys } from "./review-by-keys.ts";

const tally = {
  name: "execute",
  arguments: { item_type: "script", item_id: "tally", action: "run" },
} as const;
const report = {
  name: "load",
  arguments: { item_type: "directive", item_id: "report", source: "project" },
} as const;

const rowOf = (position: number): ReviewRow => ({
  id: `${position}.settled.0123456789ab`,
  at: 0,
  line: `line ${position}`,
  history: ["the one before"],
  kind: "submit",
  outcome: "completed",
  shown: [{ call: tally, confidence: 0.7 }],
  done: [
    { call: tally, ok: true },
    { call: report, ok: false },
  ],
  response: "Done.",
  rule: "settled",
  call: tally,
  right: true,
  weight: 0.7,
});

/** Three labels behind a door that keeps what is said of them. */
async function review(pressed: string) {
  const said = new Map<string, NewReview>();
  const order: string[] = [];
  const printed: string[] = [];
  const keys = [...pressed];
  const rows = [1, 2, 3].map(rowOf);
  await reviewByKeys(
    {
      next: async () => ({ rows: rows.filter(({ id }) => !said.has(id)), left: {} }),
      async review(given) {
        said.set(given.id, given);
        order.push(given.id);
        return given;
      },
      async undo() {
        const id = order.pop();
        const verdict: ReviewVerdict = said.get(id ?? "")?.verdict ?? "skip";
        const row = rows.find((one) => one.id === id) ?? null;
        if (id === undefined) return { undone: null, row };
        said.delete(id);
        return { undone: { id, verdict }, row };
      },
    },
    {
      keys: { next: async () => keys.shift() },
      print: (text) => printed.push(onTerminal(text)),
    },
  );
  return { said: [...said.values()].map(({ id: _, ...one }) => one), text: printed.join("\n") };
}

test("single keys accept, reject and skip, and the end is told once nothing is left", async () => {
  const { said, text } = await review("aars");
  expect(said).toEqual([{ verdict: "accept" }, { verdict: "accept" }, { verdict: "reject" }]);
  expect(text).toContain("There is no label left to judge.");
  expect(text).toContain("3 judged.");
});

test("what was typed, shown, done and said of it stands there before a key is taken", async () => {
  const { said, text } = await review("q");
  expect(said).toEqual([]);
  for (const part of ["before  the one before", "line 1", "70 %", "report, project", "(failed)"]) {
    expect(text.replaceAll("load(directive report)", "report, project")).toContain(part);
  }
  expect(text).toContain("was meant, by the rule");
});

test.each([
  ["a call that was shown or done, by its digit", "f2q", report],
  ["no call", "fnq", null],
  [
    "a call that is written, with a slip put right",
    "ftrun script pumpx\u007fs\rq",
    { name: "execute", arguments: { item_type: "script", item_id: "pumps", action: "run" } },
  ],
])("a fix names %s", async (_, pressed, meant) => {
  expect((await review(pressed)).said).toEqual([{ verdict: "fix", meant }]);
});

test("a fix that is thought better of, or is no call, says nothing", async () => {
  expect((await review("fxftnonsense\rq")).said).toEqual([]);
});

// Mutant: the row that was taken back is not shown again.
test("undo takes back the last one, which is then judged again", async () => {
  const { said, text } = await review("auruq");
  expect(said).toEqual([]);
  expect(text.match(/line 1/g)).toHaveLength(3);
  expect(text).toContain("0 judged.");
});
