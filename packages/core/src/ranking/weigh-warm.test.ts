import { describe, expect, it } from "vitest";
import type { ItemEvidence, Proposal } from "./line-evidence.ts";
import { weighWarm } from "./weigh-warm.ts";

function evidence(id: string, warm: number): ItemEvidence {
  return {
    key: `script:${id}`,
    item: {
      item_type: "script",
      source: "project",
      effect: "write",
      description: "",
      tags: [],
      inputs: [],
    },
    callId: id,
    cosine: 0.5,
    lexical: 0,
    mention: { exact: false, coverage: 0 },
    warm,
    isPrevious: false,
  };
}

function run(item: ItemEvidence): Proposal {
  const { callId: item_id } = item;
  return {
    kind: "execute",
    item,
    call: { name: "execute", arguments: { item_type: "script", item_id, action: "run" } },
  };
}

const NONE: Proposal = { kind: "none", call: null };
const sum = (of: readonly number[]): number => of.reduce((all, one) => all + one, 0);

describe("what is warm", () => {
  const [a, b] = [evidence("a", 0), evidence("b", 0.2)];
  const proposals = [NONE, run(a), run(b)];

  it("decides between items that the line leaves in doubt", () => {
    const [, first = 0, second = 0] = weighWarm([0.2, 0.42, 0.38], proposals, { items: [a, b] });
    expect(second).toBeGreaterThan(first);
  });

  it("takes nothing from no call, and gives it nothing", () => {
    // Mutant: no call is weighed with the others.
    const weighed = weighWarm([0.6, 0.1, 0.3], proposals, { items: [a, b] });
    expect(weighed[0]).toBe(0.6);
    expect(sum(weighed)).toBeCloseTo(1);
  });

  it("does not overrule a line that says plainly what is meant", () => {
    const [, first = 0, second = 0] = weighWarm([0.01, 0.97, 0.02], proposals, { items: [a, b] });
    expect(first).toBeGreaterThan(second);
  });

  it("changes nothing where nothing is warm", () => {
    const cold = [a, evidence("c", 0)];
    const told = [0.1, 0.5, 0.4];
    expect(weighWarm(told, [NONE, ...cold.map(run)], { items: cold })).toBe(told);
  });
});
