import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { StrictReply } from "./model/testing/strict-server/strict-rules.ts";
import { besideLocalModel } from "./testing/beside-local-model.ts";
import { endOf, textOf } from "./testing/harness.ts";
import { candidate, SEARCH, SEARCH_RESULT } from "./testing/samples.ts";

const soon = { withinMs: 20_000 };
const OTHER = { item_type: "script", query: "invoices" };

async function deciding(reply: () => StrictReply) {
  const queries: string[] = [];
  const { server, ask } = await besideLocalModel({
    role: "decide",
    reply,
    text: "the bills, please",
    async search({ arguments: { query } }) {
      queries.push(query);
      return { ...SEARCH_RESULT, query };
    },
  });
  return { server, queries, ask };
}

// Mutants: `isToTell` that is always false; one that is always true.
test("a model that only decides chooses the call, whatever the router thought; what came of it is said by the built-in model", async () => {
  const { server, queries, ask } = await deciding(() => ({
    calls: [{ name: "search", arguments: OTHER }],
  }));
  await eventually(async () => {
    const events = await ask(candidate(SEARCH, 0.95));
    expect(textOf(events)).toContain("One script matches “invoices”");
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
  }, soon);
  const before = server.turns().length;
  queries.length = 0;
  await ask(candidate(SEARCH, 0.95));
  expect(queries).toEqual(["invoices"]);
  expect(server.turns()).toHaveLength(before + 1);
});

// Mutant: the built-in model of an instance without any other as the stand-in.
test("where it is silent nobody says that there is none", async () => {
  const { ask } = await deciding(() => ({ text: "" }));
  await eventually(async () => {
    const text = textOf(await ask());
    expect(text).toContain("The language model does not answer just now");
    expect(text).not.toContain("No language model is configured");
  }, soon);
});

test("where it means no call its own words stand", async () => {
  const { ask } = await deciding(() => ({ text: "You are welcome." }));
  await eventually(async () => {
    expect(textOf(await ask(candidate(SEARCH, 0.7)))).toBe("You are welcome.");
  }, soon);
});

// Mutant: no built-in model in its place.
test("where it comes to nothing the built-in model answers as if it were not there", async () => {
  const { server, queries, ask } = await deciding(() => ({ text: "" }));
  await eventually(async () => {
    await ask(candidate(SEARCH, 0.95));
    expect(server.turns().length).toBeGreaterThan(0);
  }, soon);
  queries.length = 0;
  const events = await ask(candidate(SEARCH, 0.95));
  expect(queries).toEqual(["email"]);
  expect(textOf(events)).toContain("One script matches “email”");
  expect(endOf(events)).toMatchObject({ outcome: "completed" });
});
