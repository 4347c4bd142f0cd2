import type { Effect, Grant, Step } from "@lilux/protocol";
import { describe, expect, test } from "vitest";
import { effectiveEffect, itemFactsOf } from "./effective-effect.ts";

const step = (action: string, attributes: Record<string, string> = {}): Step => ({
  name: "one",
  description: "",
  action,
  attributes,
});

function facts(declared: Effect, grants: Grant[] = [], steps: Step[] = []) {
  return itemFactsOf({ label: "script x", declared, grants, steps });
}

const grant = (verb: string, attributes: Record<string, string>): Grant => ({ verb, attributes });

function effectOf(grants: Grant[], steps: Step[] = [], others: Record<string, Effect> = {}) {
  const all = new Map(Object.entries(others).map(([id, effect]) => [id, [facts(effect)]]));
  return effectiveEffect(facts("read", grants, steps), ({ item_id }) =>
    item_id.startsWith("@") ? undefined : (all.get(item_id) ?? []),
  );
}

describe("what the grants allow", () => {
  // Mutant: `effectsOfGrants` answering nothing (trusting the declaration).
  test.each<[Grant, Effect]>([
    [grant("write", { resource: "filesystem", path: "out/**" }), "write"],
    [grant("*", { resource: "filesystem", path: "out/**" }), "write"],
    [grant("Write", { resource: "Filesystem", path: "out/**" }), "write"],
    [grant("allow", { verb: "write", resource: "filesystem", path: "out/**" }), "write"],
    [grant("execute", { resource: "network" }), "write"],
    [grant("read", { resource: "network", host: "example.com" }), "write"],
    [grant("execute", { resource: "shell", command: "rm" }), "write"],
    [grant("execute", { resource: "script", id: "*" }), "write"],
    [grant("execute", {}), "write"],
    [grant("execute", { resource: "script", action: "delete" }), "destructive"],
    [grant("execute", { resource: "script", action: "*" }), "destructive"],
    [grant("read", { resource: "filesystem", path: "**" }), "read"],
    [grant("deny", { resource: "filesystem", path: "out/**" }), "read"],
    [grant("read", { resource: "knowledge" }), "read"],
    [grant("execute", { resource: "script", id: "calm" }), "read"],
  ])("%o makes a reader a %s", (given, effect) => {
    expect(effectOf([given], [], { calm: "read" }).effect).toBe(effect);
  });

  test("a grant to run a destructive item makes a writer, since that run asks for itself", () => {
    const given = grant("execute", { resource: "directive", id: "purge" });
    expect(effectOf([given], [], { purge: "destructive" }).effect).toBe("write");
  });
});

describe("what the steps can reach", () => {
  test.each([
    "Run script purge with days=3.",
    "First look around. If all is well, run the script `purge`.",
    'execute(script, "purge", run, {"days": 3})',
    '{"name":"execute","arguments":{"item_type":"tool","item_id":"purge","action":"run"}}',
    'tool_call: mcp: kiwi; tool: execute; params: {"item_id": "purge"}',
    "Use tools: purge, then report.",
  ])("%s", (action) => {
    expect(effectOf([], [step(action)], { purge: "destructive" })).toEqual({
      effect: "destructive",
      reason: "It can run the script x, which is destructive.",
    });
  });

  test("a step that names an item by an attribute, or by an id that is filled in", () => {
    const byAttribute = [step("", { script: "purge" })];
    expect(effectOf([], byAttribute, { purge: "destructive" }).effect).toBe("destructive");
    expect(effectOf([], [step("Run script {which}.")]).effect).toBe("write");
  });

  test("a step that deletes or publishes does damage, one that creates writes", () => {
    const call = (action: string) =>
      step(`{"name":"execute","arguments":{"item_id":"a","action":"${action}"}}`);
    expect(effectOf([], [call("delete")]).effect).toBe("destructive");
    expect(effectOf([], [step('execute(script, "a", publish)')]).effect).toBe("destructive");
    expect(effectOf([], [call("create")]).effect).toBe("write");
  });

  test("a stranger's item is taken for the worst, a name of nothing for nothing", () => {
    expect(effectOf([], [step("Run script @acme/tidy.")]).effect).toBe("destructive");
    expect(effectOf([], [step("Tell the script and the directive what to do.")])).toEqual({
      effect: "read",
    });
  });

  test("circles end, and what lies behind them counts", () => {
    const items = new Map([
      [
        "a",
        itemFactsOf({
          label: "directive a",
          declared: "read",
          grants: [],
          steps: [step("Run directive b.")],
        }),
      ],
      [
        "b",
        itemFactsOf({
          label: "directive b",
          declared: "read",
          grants: [],
          steps: [step("Run directive a, then script c.")],
        }),
      ],
      ["c", itemFactsOf({ label: "script c", declared: "write", grants: [], steps: [] })],
    ]);
    const lookUp = ({ item_id }: { item_id: string }) => {
      const found = items.get(item_id);
      return found === undefined ? [] : [found];
    };
    for (const item of items.values()) expect(effectiveEffect(item, lookUp).effect).toBe("write");
  });
});

test("history: what was destructive stays so, and the reason says why", () => {
  const item = itemFactsOf({
    label: "script x",
    declared: "write",
    grants: [],
    steps: [],
    before: "destructive",
  });
  expect(effectiveEffect(item, () => [])).toEqual({
    effect: "destructive",
    reason: "It was destructive before it was changed, and no person has run it since.",
  });
});
