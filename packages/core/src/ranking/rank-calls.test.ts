import { describe, expect, it } from "vitest";
import { CALL_FEATURES } from "./call-feature-names.ts";
import { createCallRanker, PRIOR_RANKER } from "./call-ranker.ts";
import { fillCalls } from "./fill-calls.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import type { LineReading } from "./line-reading.ts";
import { rankCalls } from "./rank-calls.ts";

const ranker = createCallRanker(PRIOR_RANKER);

/** Log-probabilities with one label likely and the rest sharing what is left. */
function likely<L extends string>(labels: readonly L[], label: L, share = 0.9): Record<L, number> {
  const rest = (1 - share) / (labels.length - 1);
  const entries = labels.map((name) => [name, Math.log(name === label ? share : rest)]);
  return Object.fromEntries(entries) as Record<L, number>;
}

const PRIMITIVES = ["search", "load", "execute", "none"] as const;
const TYPES = ["directive", "script", "knowledge"] as const;
const ACTIONS = ["run", "create", "update", "delete", "publish"] as const;

interface Said {
  primitive: (typeof PRIMITIVES)[number];
  type?: (typeof TYPES)[number];
  action?: (typeof ACTIONS)[number];
  source?: "project" | "user" | "registry";
  reference?: number;
  query?: number[];
}

function read(text: string, said: Said): LineReading {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return {
    words,
    queryLogits: said.query ?? words.map(() => -4),
    logPrimitive: likely(PRIMITIVES, said.primitive),
    logItemType: likely(TYPES, said.type ?? "directive"),
    logAction: likely(ACTIONS, said.action ?? "run", 0.97),
    logSearchSource: likely(["local", "registry", "all"], "local"),
    logLoadSource: likely(["project", "user", "registry"], said.source ?? "project"),
    reference: said.reference ?? 0,
    embedding: undefined,
  };
}

function item(id: string, evidence: Partial<ItemEvidence> = {}): ItemEvidence {
  return {
    key: `directive:${id}`,
    item: {
      item_type: "directive",
      source: "project",
      effect: "write",
      description: "",
      tags: [],
      inputs: [],
    },
    callId: id,
    cosine: 0.3,
    lexical: 0,
    mention: { exact: false, coverage: 0 },
    warm: 0,
    isPrevious: false,
    ...evidence,
  };
}

function line(text: string, said: Said, items: ItemEvidence[] = []): LineEvidence {
  const hasPrevious = items.some(({ isPrevious }) => isPrevious);
  return { reading: read(text, said), text, lastOpen: true, hasPrevious, items };
}

const leader = (evidence: LineEvidence) => rankCalls(evidence, ranker).candidates[0];

describe("rankCalls", () => {
  it("leads with a search for the extracted query when the line asks for one", () => {
    const evidence = line("find email scr", {
      primitive: "search",
      type: "script",
      query: [-4, 4, -4],
    });
    expect(leader(evidence)?.call).toEqual({
      name: "search",
      arguments: { item_type: "script", query: "email" },
    });
  });

  it("leads with the nearest item when the line asks to run something", () => {
    const items = [item("roll_back"), item("deploy_staging", { cosine: 0.7 })];
    expect(leader(line("ship it to staging", { primitive: "execute" }, items))).toMatchObject({
      call: {
        name: "execute",
        arguments: { item_type: "directive", item_id: "deploy_staging", action: "run" },
      },
      effect: "write",
    });
  });

  it("takes a destructive action from the model, and its effect from the action", () => {
    const items = [item("old_report", { cosine: 0.7 })];
    const evidence = line(
      "get rid of old_report",
      { primitive: "execute", action: "delete" },
      items,
    );
    expect(leader(evidence)).toMatchObject({
      call: { arguments: { action: "delete" } },
      effect: "destructive",
    });
  });

  it("prefers an item that the line names outright to one that is a little nearer", () => {
    const items = [
      item("deploy_production", { cosine: 0.62 }),
      item("deploy_staging", { cosine: 0.6, mention: { exact: true, coverage: 1 } }),
    ];
    const evidence = line("deploy staging", { primitive: "execute" }, items);
    expect(leader(evidence)?.call.arguments).toMatchObject({ item_id: "deploy_staging" });
  });

  it("takes the item of the line before when the line points back", () => {
    const items = [item("other", { cosine: 0.4 }), item("deploy_staging", { isPrevious: true })];
    const evidence = line("run it again", { primitive: "execute", reference: 0.95 }, items);
    expect(leader(evidence)?.call.arguments).toMatchObject({ item_id: "deploy_staging" });
  });

  it("creates what does not exist yet under an id made of the line's words", () => {
    const said: Said = { primitive: "execute", action: "create", query: [-4, -4, 4, 4] };
    const evidence = line("new directive Rotate Keys", said, [item("existing")]);
    expect(leader(evidence)?.call).toEqual({
      name: "execute",
      arguments: { item_type: "directive", item_id: "rotate_keys", action: "create" },
    });
  });

  it("loads from where the item is, or from where the line says", () => {
    const items = [item("runbook", { cosine: 0.7, item: { ...item("x").item, source: "user" } })];
    const plain = rankCalls(
      line("open runbook", { primitive: "load", source: "user" }, items),
      ranker,
    );
    expect(plain.candidates[0]?.call.arguments).toMatchObject({ source: "user" });
    const said = line(
      "open runbook from registry",
      { primitive: "load", source: "registry" },
      items,
    );
    expect(leader(said)).toMatchObject({
      call: { arguments: { source: "registry" } },
      effect: "write",
    });
  });

  it("says no call when the model hears none, and gives probabilities that sum to one", () => {
    const { candidates, noCallConfidence } = rankCalls(
      line("how are you", { primitive: "none" }, [item("a"), item("b")]),
      ranker,
    );
    expect(noCallConfidence).toBeGreaterThan(0.5);
    const sum = candidates.reduce((total, { confidence }) => total + confidence, noCallConfidence);
    expect(sum).toBeGreaterThan(0.9);
    expect(sum).toBeLessThanOrEqual(1.00001);
  });

  it("means nothing when nothing is typed", () => {
    expect(rankCalls(line("", { primitive: "search" }, [item("a")]), ranker)).toEqual({
      candidates: [],
      noCallConfidence: 1,
      noCallConfidenceOnEnter: 1,
    });
  });

  it("answers at most nine candidates, best first, the same every time", () => {
    const items = Array.from({ length: 30 }, (_, at) => item(`item_${at}`, { cosine: 0.5 }));
    const evidence = line("run one of them", { primitive: "execute" }, items);
    const { candidates } = rankCalls(evidence, ranker);
    expect(candidates).toHaveLength(9);
    const confidences = candidates.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    expect(rankCalls(evidence, ranker).candidates).toEqual(candidates);
  });
});

const size = { words: 1, characters: 5 };

function rowOf(features: Partial<Record<(typeof CALL_FEATURES)[number], number>>): Float64Array {
  return Float64Array.from(CALL_FEATURES, (name) => features[name] ?? 0);
}

describe("a search with two readings of its query", () => {
  it("counts once, so that a run of a matching item does not lead because of them", () => {
    const evidence = line(
      "show all csv scripts",
      { primitive: "search", type: "script", query: [-4, -4, 3, -0.1] },
      [item("csv_profile", { cosine: 0.7 })],
    );
    const searches = rankCalls(evidence, ranker).candidates.filter(
      ({ call: { name, arguments: given } }) =>
        name === "search" && given.item_type === "script" && given.source === undefined,
    );
    expect(searches).toHaveLength(1);
    expect(searches[0]?.call.arguments).toMatchObject({ query: "csv" });
    expect(leader(evidence)).toEqual(searches[0]);
  });
});

describe("a load of an item that is elsewhere than in the project", () => {
  const there = (source: "user" | "registry") =>
    item("runbook", { cosine: 0.7, item: { ...item("x").item, source } });

  it.each(["user", "registry"] as const)("comes from the %s, whatever the model says", (source) => {
    const loads = rankCalls(line("open runbook", { primitive: "load" }, [there(source)]), ranker)
      .candidates.filter(({ call }) => call.name === "load")
      .map(({ call }) => call.arguments);
    expect(loads).toEqual([{ item_type: "directive", item_id: "runbook", source }]);
  });

  it("is as sure as a load from the project", () => {
    const [own] = rankCalls(
      line("open runbook", { primitive: "load" }, [there("user")]),
      ranker,
    ).candidates;
    const inProject = item("runbook", { cosine: 0.7 });
    const [usual] = rankCalls(
      line("open runbook", { primitive: "load" }, [inProject]),
      ranker,
    ).candidates;
    expect(own?.confidence).toBeCloseTo(usual?.confidence ?? 0, 1);
  });
});

describe("createCallRanker", () => {
  it("refuses weights for a feature that is not computed", () => {
    const settings = {
      featureNames: ["astrology"],
      weights: [1],
      temperatures: [{ temperature: 1 }],
    };
    expect(() => createCallRanker(settings)).toThrow(/astrology/);
  });

  it("uses the temperature of the first band that holds the line", () => {
    const settings = {
      featureNames: ["cosine"],
      weights: [1],
      temperatures: [{ maxCharacters: 5, temperature: 10 }, { temperature: 0.1 }],
    };
    const rows = [0, 1].map((cosine) => {
      const row = new Float64Array(CALL_FEATURES.length);
      row[CALL_FEATURES.indexOf("cosine")] = cosine;
      return row;
    });
    const given = createCallRanker(settings);
    const short = given.probabilities(rows, { words: 1, characters: 5 });
    const long = given.probabilities(rows, { words: 1, characters: 6 });
    expect(short.typing[1]).toBeCloseTo(1 / (1 + Math.exp(-0.1)), 6);
    expect(long.typing[1]).toBeCloseTo(1 / (1 + Math.exp(-10)), 6);
  });

  it("has temperatures of its own for what is still growing while it is typed", () => {
    // Mutant: the temperature is that of the line alone.
    const hot = createCallRanker({
      featureNames: ["log_primitive"],
      weights: [1],
      temperatures: [{ temperature: 1 }],
      submittedTemperatures: [{ temperature: 1 }],
      growingTemperatures: [{ temperature: 10 }],
    });
    const lead = (primitive: "search" | "execute") => {
      const evidence = line("find reports", { primitive, query: [-4, 4] }, [item("report")]);
      const [first] = rankCalls(evidence, hot).candidates;
      return { typing: first?.confidence ?? 0, onEnter: first?.confidenceOnEnter ?? 0 };
    };
    expect(lead("search").typing).toBeLessThan(lead("search").onEnter);
    expect(lead("execute").typing).toBe(lead("execute").onEnter);
  });

  it("weighs how near an item is token by token", () => {
    const near = (mean: number) => item(`near_${mean}`, { tokens: { mean, weak: mean / 2 } });
    const items = [near(0.4), near(0.8), item("far", { cosine: 0.9 })];
    const late = createCallRanker({
      featureNames: ["late_margin", "late_weak"],
      weights: [10, 1],
      temperatures: [{ temperature: 1 }],
    });
    const [first] = rankCalls(line("do that", { primitive: "execute" }, items), late).candidates;
    expect(first?.call.arguments).toMatchObject({ item_id: "near_0.8" });
  });

  it("is as sure of a finished line as its own temperatures say", () => {
    const given = createCallRanker({
      featureNames: ["cosine"],
      weights: [1],
      temperatures: [{ temperature: 10 }],
      submittedTemperatures: [{ temperature: 0.1 }],
    });
    const { typing, submitted } = given.probabilities([rowOf({}), rowOf({ cosine: 1 })], size);
    expect(typing[1]).toBeCloseTo(1 / (1 + Math.exp(-0.1)), 6);
    expect(submitted[1]).toBeCloseTo(1 / (1 + Math.exp(-10)), 6);
  });

  it("adds what its hidden units make of a candidate and of the line as a whole", () => {
    const given = createCallRanker({
      featureNames: ["cosine"],
      weights: [0],
      hidden: {
        contextNames: ["none_best_lexical"],
        weights: [
          [1, 2],
          [-1, 0],
        ],
        biases: [0.5, 0],
        outputs: [2, -1],
      },
      temperatures: [{ temperature: 1 }],
    });
    const none = rowOf({ is_none: 1, none_best_lexical: 0.3 });
    const [first = 0, second = 0] = given.probabilities(
      [none, rowOf({ cosine: 0.4 })],
      size,
    ).typing;
    const utility = (cosine: number) => 2 * Math.tanh(0.5 + cosine + 2 * 0.3) - Math.tanh(-cosine);
    expect(Math.log(second / first)).toBeCloseTo(utility(0.4) - utility(0), 9);
  });
});

describe("a run of an item with inputs", () => {
  const inputs = [{ name: "seconds", type: "integer", required: false, default: 18 }];
  const slow = item("slow", {
    cosine: 0.8,
    mention: { exact: true, coverage: 1 },
    item: { ...item("x").item, inputs },
  });
  const ranked = (text: string) => {
    const evidence = line(text, { primitive: "execute" }, [slow]);
    const { candidates: found } = fillCalls(rankCalls(evidence, ranker), evidence);
    const run = found.find(({ call }) => call.name === "execute");
    if (run === undefined) throw new Error("no run was ranked");
    return run;
  };

  it("carries the values of the line, and says where each comes from", () => {
    expect(ranked("run slow for 3 seconds")).toMatchObject({
      call: { arguments: { item_id: "slow", parameters: { seconds: 3 } } },
      parameters: [{ name: "seconds", origin: "typed" }],
    });
    expect(ranked("run slow").parameters).toEqual([{ name: "seconds", origin: "default" }]);
  });

  it("goes on with the values of the line before, but for those it gives itself", () => {
    const twice = { ...slow, isPrevious: true };
    const again = (text: string) => {
      const evidence = {
        ...line(text, { primitive: "execute" }, [twice]),
        before: "run slow for 3 seconds",
      };
      const found = fillCalls(rankCalls(evidence, ranker), evidence).candidates;
      return found.find(({ call }) => call.name === "execute");
    };
    expect(again("again")).toMatchObject({
      call: { arguments: { parameters: { seconds: 3 } } },
      parameters: [{ name: "seconds", origin: "inferred" }],
    });
    expect(again("same for 5 seconds")?.call.arguments).toMatchObject({
      parameters: { seconds: 5 },
    });
    expect(again("run slow")?.call.arguments).not.toHaveProperty("parameters");
  });

  it("is copied where the line says, in the version it says", () => {
    const there = item("notes", { cosine: 0.8, item: { ...item("x").item, source: "user" } });
    const loaded = (text: string) => {
      const evidence = line(text, { primitive: "load" }, [there]);
      const { candidates: found } = fillCalls(rankCalls(evidence, ranker), evidence);
      return found.find(({ call }) => call.name === "load");
    };
    expect(loaded("copy notes v2.3 into the project")).toMatchObject({
      call: { arguments: { source: "user", destination: "project", version: "2.3" } },
      effect: "write",
    });
    expect(loaded("load notes version 1.0.0-rc.1.")?.call.arguments).toMatchObject({
      version: "1.0.0-rc.1",
    });
    expect(loaded("open notes")?.call.arguments).toEqual({
      item_type: "directive",
      item_id: "notes",
      source: "user",
    });
    expect(loaded("open notes to user")?.effect).toBe("read");
  });

  it("is less sure on Enter when the line holds a value that no input takes", () => {
    const [whole, left] = [ranked("run slow seconds 3"), ranked("run slow rounds 3 laps 4")];
    expect(left.unread).toEqual(["3", "4"]);
    expect(left.confidenceOnEnter ?? 1).toBeLessThan((whole.confidenceOnEnter ?? 0) / 2);
  });
});
