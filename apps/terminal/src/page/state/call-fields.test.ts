import type { Call } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { fieldsOf, filledCall, lacksInput } from "./call-fields.ts";
import { keyCommand } from "./key-command.ts";
import { after, key, predicted, SEARCH, typed } from "./testing.ts";

const RUN: Call = {
  name: "execute",
  arguments: {
    item_type: "script",
    item_id: "tides",
    action: "run",
    parameters: { days: 3, places: ["Kiel", "Cuxhaven"] },
  },
};
const shown = (missing: boolean) => ({
  call: RUN,
  confidence: 0.9,
  effect: "write" as const,
  ready: false,
  parameters: [
    { name: "days", origin: "typed" as const },
    { name: "places", origin: "inferred" as const },
    { name: "unit", origin: "default" as const },
    ...(missing ? [{ name: "date", origin: "missing" as const }] : []),
  ],
});
const stateOf = (missing: boolean) => after(typed("tides", 1), predicted(1, [shown(missing)]));

describe("the inputs of the leading call", () => {
  it("are filled with what the line says", () => {
    expect(fieldsOf(stateOf(true)).map(({ name, text }) => [name, text])).toEqual([
      ["days", "3"],
      ["places", '["Kiel","Cuxhaven"]'],
      ["unit", ""],
      ["date", ""],
    ]);
  });

  it("are there for a run of the line as it stands only", () => {
    const search = { call: SEARCH, confidence: 0.9, effect: "read" as const, ready: false };
    expect(fieldsOf(after(typed("find", 1), predicted(1, [search])))).toEqual([]);
    const older = after(typed("tides", 1), predicted(1, [shown(true)]), typed("tides f", 2));
    expect(fieldsOf(older)).toEqual([]);
  });

  it("are asked for by Tab where one is missing; else Tab runs, and the right arrow goes to them", () => {
    // Fails when tabCommand does not ask lacksInput.
    expect(lacksInput(stateOf(true))).toBe(true);
    expect(keyCommand(stateOf(true), key("Tab"))).toEqual({ do: "fields" });
    expect(keyCommand(stateOf(false), key("Tab"))).toEqual({ do: "commit", index: 0 });
    expect(keyCommand(stateOf(false), key("ArrowRight"))).toEqual({ do: "fields" });
    const inside = { ...key("ArrowRight"), caretAtEnd: false };
    expect(keyCommand(stateOf(false), inside)).toBeNull();
  });
});

describe("a call that was filled in", () => {
  const filled = (texts: Record<string, string>, missing = true) =>
    filledCall(shown(missing), new Map(Object.entries(texts)));

  it("waits for what it needs", () => {
    expect(filled({})).toBeNull();
    expect(filled({ date: "  " })).toBeNull();
  });

  it("keeps what was read as it was, takes what was changed as text, and leaves out what was emptied", () => {
    expect(filled({ date: "2026-01-01", days: "7", places: "" })?.arguments).toMatchObject({
      parameters: { days: "7", date: "2026-01-01" },
    });
    const call = filled({ date: "2026-01-01" });
    expect(call?.arguments).toMatchObject({
      parameters: { days: 3, places: ["Kiel", "Cuxhaven"], date: "2026-01-01" },
    });
    expect(filled({ days: "", places: "" }, false)?.arguments).not.toHaveProperty("parameters");
  });
});
