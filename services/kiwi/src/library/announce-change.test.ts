import type { ItemChange } from "@lilux/library-index";
import { itemSummary } from "@lilux/library-index/testing";
import { testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { announcementOf } from "./announce-change.ts";
import type { LibraryUpdate } from "./library.ts";

function updateOf(count: number, description = ""): LibraryUpdate {
  const changes = Array.from({ length: count }, (_, at): ItemChange => {
    const key = `script:x/item_${at}`;
    return { key, item: at === 0 ? undefined : itemSummary(key, { description }) };
  });
  const position = { epoch: "e", sequence: 7 };
  return { before: "v1", version: "v2", position, changes, durationMs: 1 };
}

describe("what is announced of a change", () => {
  it("holds what stands at each key now, and leads from one version to the next", () => {
    const { changes, ...rest } = announcementOf(testTenant("local"), updateOf(2));
    expect(rest).toEqual({
      tenant: "local",
      version: "v2",
      before: "v1",
      position: { epoch: "e", sequence: 7 },
      changed: ["script:x/item_0", "script:x/item_1"],
    });
    expect(changes).toEqual([
      { key: "script:x/item_0" },
      { key: "script:x/item_1", item: itemSummary("script:x/item_1") },
    ]);
  });

  it.each([
    ["many", updateOf(501)],
    ["large", updateOf(40, "x".repeat(8_000))],
  ])("leaves the changes out when they are too %s for one message", (_what, update) => {
    const announcement = announcementOf(testTenant("local"), update);
    expect(announcement).not.toHaveProperty("changes");
    expect(JSON.stringify(announcement).length).toBeLessThan(256 * 1_024);
  });

  it("names no more keys than its bound", () => {
    expect(announcementOf(testTenant("local"), updateOf(3_000)).changed).toHaveLength(1_000);
  });
});
