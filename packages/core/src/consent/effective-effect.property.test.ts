import type { Effect, Grant, Step } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  effectiveEffect,
  type FactsRequest,
  type ItemFacts,
  itemFactsOf,
} from "./effective-effect.ts";
import type { NamedItem } from "./named-items.ts";
import { isMoreSevere } from "./severest-effect.ts";

const IDS = ["a", "b", "c", "d", "e"] as const;
const effect = fc.constantFrom<Effect>("read", "write", "destructive");
const grant: fc.Arbitrary<Grant> = fc.record({
  verb: fc.constantFrom("read", "write", "execute", "load", "search", "deny", "*", "allow"),
  attributes: fc.record(
    {
      resource: fc.constantFrom("filesystem", "network", "script", "directive", "shell", "*"),
      path: fc.constantFrom("out/**", "a.txt"),
      id: fc.constantFrom(...IDS, "*", "x/*"),
      action: fc.constantFrom("run", "create", "update", "delete", "publish", "*"),
    },
    { requiredKeys: [] },
  ),
});
const step: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom("script", "directive", "tool"), fc.constantFrom(...IDS), fc.nat(4))
  .map(([type, id, form]) => ({
    name: "step",
    description: "",
    action: formsOf(type, id)[form] ?? "",
    attributes: form === 4 ? { [type]: id } : {},
  }));

function formsOf(type: string, id: string): string[] {
  return [
    `Run ${type} ${id} with x=1.`,
    `execute(${type}, "${id}", run, {})`,
    `{"name":"execute","arguments":{"item_type":"${type}","item_id":"${id}","action":"run"}}`,
    `tool_call: mcp: kiwi; tool: execute; params: {"item_id": "${id}", "action": "run"}`,
    "",
  ];
}

type Made = Omit<FactsRequest, "label">;
const made: fc.Arbitrary<Made> = fc.record({
  declared: effect,
  grants: fc.array(grant, { maxLength: 3 }),
  steps: fc.array(step, { maxLength: 3 }),
  before: fc.option(effect, { nil: undefined }),
});
const library = fc.tuple(made, made, made, made, made);

function effectsOf(items: readonly Made[]): Effect[] {
  const facts = items.map((item, at) => itemFactsOf({ ...item, label: `script ${IDS[at]}` }));
  const byId = new Map<string, ItemFacts>(IDS.map((id, at) => [id, facts[at] as ItemFacts]));
  const lookUp = ({ item_id }: NamedItem): ItemFacts[] => {
    const found = byId.get(item_id);
    return found === undefined ? [] : [found];
  };
  return facts.map((item) => effectiveEffect(item, lookUp).effect);
}

const more = fc.oneof(
  fc.record({ grants: fc.array(grant, { minLength: 1, maxLength: 2 }) }),
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 2 }) }),
  fc.record({ before: effect }),
);

test("one more grant, step or severer history, of any item, lowers the class of none", () => {
  const asked = fc.property(library, fc.nat(4), more, (items, at, extra) => {
    const grown = items.map((item, index): Made => {
      if (index !== at) return item;
      if ("before" in extra) {
        const isWorse = item.before === undefined || isMoreSevere(extra.before, item.before);
        return isWorse ? { ...item, before: extra.before } : item;
      }
      if ("grants" in extra) return { ...item, grants: [...item.grants, ...extra.grants] };
      return { ...item, steps: [...item.steps, ...extra.steps] };
    });
    const after = effectsOf(grown);
    effectsOf(items).forEach((was, index) => {
      expect(isMoreSevere(was, after[index] ?? "read")).toBe(false);
    });
  });
  fc.assert(asked, { numRuns: 500 });
});

// Mutant: `reach` not following what was reached (without `seen.add`).
test("an item is never milder than it says, than its history, or than what its steps run", () => {
  const asked = fc.property(library, (items) => {
    const effects = effectsOf(items);
    items.forEach(({ declared, before, steps }, at) => {
      const mine = effects[at] ?? "read";
      expect(isMoreSevere(declared, mine)).toBe(false);
      if (before !== undefined) expect(isMoreSevere(before, mine)).toBe(false);
      for (const { action, attributes } of steps) {
        const said = [action, ...Object.values(attributes)].join(" ");
        IDS.forEach((id, other) => {
          const isNamed = new RegExp(`(?:"| )${id}(?:"| |$)|^${id}$| ${id}$`).test(said);
          if (isNamed) expect(isMoreSevere(effects[other] ?? "read", mine)).toBe(false);
        });
      }
    });
  });
  fc.assert(asked, { numRuns: 500 });
});
