import type { Call, Grant, ItemType } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "./matches-glob.ts";
import { permitsCall } from "./permits-call.ts";

const grant = (verb: string, attributes: Record<string, string> = {}): Grant => ({
  verb,
  attributes,
});
type Action = "run" | "delete";
function execute(item_id: string, item_type: ItemType = "script", action: Action = "run"): Call {
  return { name: "execute", arguments: { item_type, item_id, action } };
}
const load: Call = {
  name: "load",
  arguments: { item_type: "script", item_id: "report", source: "project" },
};
const search: Call = { name: "search", arguments: { item_type: "script", query: "x" } };
const permits = (grants: Grant[], call: Call, qualified_id?: string): boolean =>
  permitsCall({
    grants,
    call,
    item: qualified_id === undefined ? undefined : { item_id: "report", qualified_id },
  }).permitted;

describe("permitsCall", () => {
  it("permits nothing when nothing is granted", () => {
    for (const call of [execute("report"), load, search]) expect(permits([], call)).toBe(false);
  });

  it("permits an execute by type and id, and nothing beside it", () => {
    const grants = [grant("execute", { resource: "script", id: "report" })];
    expect(permits(grants, execute("report"))).toBe(true);
    expect(permits(grants, execute("report_all"))).toBe(false);
    expect(permits(grants, execute("report", "directive"))).toBe(false);
  });

  it("takes tool for script, and matches globs over bare, qualified and dotted ids", () => {
    expect(permits([grant("execute", { resource: "tool", id: "rep*" })], execute("report"))).toBe(
      true,
    );
    for (const attributes of [{ item_type: "Tool" }, { type: "tools" }]) {
      expect(permits([grant("execute", attributes)], execute("report"))).toBe(true);
    }
    for (const id of ["finance/*", "finance.*", "*/report"]) {
      const grants = [grant("execute", { resource: "script", id })];
      expect(permits(grants, execute("report"), "finance/report"), id).toBe(true);
      expect(permits(grants, execute("report"), "ops/report"), id).toBe(id === "*/report");
    }
  });

  it("lets whoever may execute an item load it and search its kind, not the reverse", () => {
    const executing = [grant("execute", { resource: "script", id: "report" })];
    expect(permits(executing, load)).toBe(true);
    expect(permits(executing, search)).toBe(true);
    const reading = [grant("read", { resource: "script", id: "report" })];
    expect(permits(reading, load)).toBe(true);
    expect(permits(reading, execute("report"))).toBe(false);
  });

  it("lets read run knowledge, which only reads it", () => {
    const grants = [grant("read", { resource: "knowledge", id: "traps" })];
    expect(permits(grants, execute("traps", "knowledge"))).toBe(true);
    expect(permits(grants, execute("traps", "knowledge", "delete"))).toBe(false);
  });

  it("permits deleting only where the grant names the action", () => {
    const plain = [grant("execute", { resource: "script", id: "report" })];
    expect(permits(plain, execute("report", "script", "delete"))).toBe(false);
    const named = [grant("execute", { resource: "script", id: "report", action: "delete" })];
    expect(permits(named, execute("report", "script", "delete"))).toBe(true);
    expect(permits(named, execute("report"))).toBe(false);
  });

  it("takes a grant on files or a shell for no call at all", () => {
    const grants = [
      grant("read", { resource: "filesystem", path: "**" }),
      grant("execute", { resource: "shell", command: "git" }),
      grant("execute", { command: "*" }),
    ];
    for (const call of [execute("report"), load, search]) expect(permits(grants, call)).toBe(false);
  });

  it("denies what is denied, whatever else is granted", () => {
    const grants = [
      grant("*", { resource: "*", id: "*" }),
      grant("deny", { resource: "script", id: "purge" }),
    ];
    expect(permits(grants, execute("purge"))).toBe(false);
    expect(permits(grants, execute("report"))).toBe(true);
    expect(permitsCall({ grants, call: execute("purge") })).toMatchObject({ denied: true });
  });

  it("says which grant would be needed", () => {
    expect(permitsCall({ grants: [], call: execute("report") })).toEqual({
      permitted: false,
      denied: false,
      needed: { verb: "execute", attributes: { resource: "script", id: "report" } },
    });
  });

  it("permits the primitives of the library by name", () => {
    const grants = [grant("execute", { resource: "kiwi-mcp", action: "search" })];
    expect(permits(grants, search)).toBe(true);
    expect(permits(grants, execute("report"))).toBe(false);
  });
});

describe("matchesGlob", () => {
  it.each([
    ["*", "", true],
    ["a*c", "abbc", true],
    ["a*c", "ac", true],
    ["aa*aa", "aaa", false],
    ["*b*", "abc", true],
    ["a.c", "abc", false],
    ["a*b*c", "a-b-b-c", true],
    ["", "a", false],
  ])("%s on %s is %s", (pattern, value, expected) => {
    expect(matchesGlob(pattern, value)).toBe(expected);
  });
});
