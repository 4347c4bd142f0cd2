import type { ItemMatch } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import type { Action } from "./action.ts";
import { enterHint } from "./enter-hint.ts";
import { keyCommand } from "./key-command.ts";
import { reduce } from "./reduce.ts";
import { rowsOf } from "./rows.ts";
import { after, committed, DELETE, key, predicted, RUN, SEARCH, typed } from "./testing.ts";

const OPEN: ItemMatch = {
  call: {
    name: "load",
    arguments: { item_type: "knowledge", item_id: "tides", source: "project" },
  },
  effect: "read",
  description: "When the water comes.",
};
const matches = [OPEN, { ...OPEN, call: RUN, effect: "write" } as ItemMatch];

const offered = (text: string, seq = 1): Action[] => [
  typed(text, seq),
  predicted(seq, [], { matches, enter: { does: "ask" } }),
];
const walk = (to: number): Action => ({ type: "candidate-walked", to });

describe("what is only to be looked at", () => {
  it("is listed where no call is sure, and gives way to one that is", () => {
    const looked = after(...offered("tid"));
    expect(rowsOf(looked).map(({ kind }) => kind)).toEqual(["match", "match"]);
    const sure = reduce(looked, predicted(1, undefined, { matches }));
    expect(rowsOf(sure).map(({ kind }) => kind)).toEqual(["call", "call"]);
  });

  it("is never what Enter runs unless it was chosen", () => {
    // Fails when enterCommand takes the first row where none is marked.
    const looked = after(...offered("tid"));
    expect(enterHint(looked)).toEqual({ does: "ask" });
    expect(keyCommand(looked, key("Enter"))).toEqual({ do: "submit" });
    const marked = reduce(looked, walk(1));
    expect(enterHint(marked)).toEqual({ does: "commit", call: RUN });
    expect(keyCommand(marked, key("Enter"))).toEqual({ do: "commit", index: 1 });
  });

  it("is marked by Tab and by no digit, and Tab leaves after the last", () => {
    const looked = after(...offered("tid"));
    expect(keyCommand(looked, key("Tab"))).toEqual({ do: "walk-candidates", to: 0 });
    const last = reduce(looked, walk(1));
    expect(keyCommand(last, key("Tab"))).toBeNull();
    const paused = reduce(looked, { type: "line-settled", seq: 1 });
    expect(keyCommand(paused, { ...key("1"), code: "Digit1" })).toBeNull();
  });

  it("stays while the router does not answer", () => {
    const away = predicted(2, [], { degraded: ["router_unavailable"] });
    expect(rowsOf(after(...offered("tid"), typed("tide", 2), away))).toHaveLength(2);
  });
});

describe("the leader that gives way to no other yet", () => {
  const nothing = (seq: number) => predicted(seq, [], { enter: { does: "ask" } });

  it("stays, and no key runs it", () => {
    // Fails when heldLeader returns null.
    const held = after(typed("find", 1), predicted(1), typed("find e", 2), nothing(2));
    expect(held.held?.call).toEqual(SEARCH);
    expect(keyCommand(held, key("Tab"))).toBeNull();
    expect(keyCommand(held, key("Enter"))).toEqual({ do: "submit" });
    expect(enterHint(held)).toEqual({ does: "ask" });
  });

  it("goes when another leads, when the line is another one, and when it is sent", () => {
    const held = after(typed("find", 1), predicted(1), typed("find e", 2), nothing(2));
    const other = [{ call: DELETE, confidence: 0.9, effect: "destructive", ready: false } as const];
    expect(reduce(held, predicted(2, other)).held).toBeNull();
    expect(reduce(held, typed("deploy the site", 3)).held).toBeNull();
    expect(reduce(held, typed("", 3)).held).toBeNull();
    expect(reduce(held, committed("t1", "find e")).held).toBeNull();
  });

  it("goes at a pause, unless it is the closest guess still", () => {
    const held = after(typed("find", 1), predicted(1), typed("find e", 2), nothing(2));
    expect(reduce(held, { type: "line-settled", seq: 2 }).held).toBeNull();
    const closest = { call: SEARCH, confidence: 0.5, effect: "read" } as const;
    const close = reduce(held, predicted(2, [], { closest }));
    expect(reduce(close, { type: "line-settled", seq: 2 }).held?.call).toEqual(SEARCH);
  });
});

describe("a wish to look around", () => {
  const item = (item_type: "script" | "knowledge", item_id: string) => {
    const about = {
      description: "",
      version: "1.0.0",
      source: "project",
      effect: "write",
    } as const;
    return { item_type, item_id, qualified_id: `sea/${item_id}`, ...about };
  };
  const listed: Action = {
    type: "library-listed",
    library: { items: [item("script", "tides"), item("knowledge", "moon")], total: 2, broken: [] },
  };
  const idsOf = (text: string) =>
    rowsOf(after(listed, typed(text, 1))).map((row) =>
      row.kind === "match" ? row.match.call.arguments : row,
    );

  it("lists what it names, to be opened; only > offers to run", () => {
    expect(idsOf("show all scripts")).toMatchObject([{ item_id: "sea/tides", source: "project" }]);
    expect(idsOf("@")).toHaveLength(2);
    expect(idsOf(">")).toMatchObject([{ item_id: "sea/tides", action: "run" }]);
    expect(idsOf("/knowledge")).toMatchObject([{ item_id: "sea/moon" }]);
  });

  it("is answered by Enter, and asks nobody", () => {
    expect(keyCommand(after(typed("list directives", 1)), key("Enter"))).toEqual({
      do: "browse",
      wish: "directive",
    });
  });
});

describe("a scope", () => {
  it("runs nothing that was not chosen, and ? asks", () => {
    const scoped = after(...offered("> tid"));
    expect(enterHint(scoped)).toEqual({ does: "choose" });
    expect(keyCommand(scoped, key("Enter"))?.do).not.toBe("submit");
    expect(keyCommand(after(typed("? why", 1)), key("Enter"))).toEqual({ do: "ask" });
  });
});

describe("an empty line", () => {
  it("brings up the lines of before by ↓, to be put into the prompt and not to be run", () => {
    const past = after(committed("t1", "find tides"), committed("t2", "plan my week"));
    expect(keyCommand(past, key("ArrowDown"))).toEqual({ do: "recents" });
    const opened = reduce(past, { type: "recents-opened" });
    expect(rowsOf(opened).map((row) => row.kind === "recent" && row.text)).toEqual([
      "plan my week",
      "find tides",
    ]);
    expect(enterHint(opened)).toEqual({ does: "recall", text: "plan my week" });
    expect(rowsOf(reduce(opened, { type: "recents-cleared" }))).toEqual([]);
  });
});
