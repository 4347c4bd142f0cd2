import { undoOf } from "@lilux/client";
import type { Call, ExecuteCall } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { rowsOf } from "./rows.ts";
import { after, committed, received, typed } from "./testing.ts";

const HASH = "a".repeat(64);
const KEPT = "20261128T101500000Z-0123456789ab";

function write(action: ExecuteCall["arguments"]["action"]): Call {
  return { name: "execute", arguments: { item_type: "directive", item_id: "tides", action } };
}

function wrote(data: Record<string, unknown>, status = "success") {
  return {
    status,
    item_type: "directive",
    item_id: "tides",
    action: "update",
    data: { source: "project", path: "x", qualified_id: "sea/tides", changed: true, ...data },
    metadata: { durationMs: 3 },
  };
}

describe("undoing a write", () => {
  it("deletes what was created, and only as it was left", () => {
    expect(undoOf(write("create"), wrote({ content_hash: HASH }))).toEqual({
      name: "execute",
      arguments: {
        item_type: "directive",
        item_id: "sea/tides",
        action: "delete",
        parameters: { source: "project", expectedSha256: HASH },
      },
    });
  });

  it("brings back the version before an update, and what was deleted", () => {
    const changed = wrote({ content_hash: HASH, kept_version: KEPT });
    expect(undoOf(write("update"), changed)?.arguments).toMatchObject({
      action: "update",
      parameters: { restore: KEPT, expectedSha256: HASH, source: "project" },
    });
    expect(undoOf(write("delete"), wrote({ kept_version: KEPT }))?.arguments).toMatchObject({
      action: "create",
      parameters: { restore: KEPT, destination: "project" },
    });
  });

  it("is not offered where nothing changed, nothing is kept, or nothing was written", () => {
    expect(undoOf(write("update"), wrote({ changed: false, kept_version: KEPT }))).toBeNull();
    expect(undoOf(write("update"), wrote({ content_hash: HASH }))).toBeNull();
    expect(undoOf(write("create"), wrote({ content_hash: HASH }, "error"))).toBeNull();
    expect(undoOf(write("run"), wrote({ content_hash: HASH }))).toBeNull();
    expect(undoOf(write("create"), null)).toBeNull();
  });

  it("is the one thing listed for a line that says so, and runs only when it is chosen", () => {
    const result = wrote({ content_hash: HASH, kept_version: KEPT });
    const call = write("update");
    const state = after(
      committed("t1", "bump tides"),
      received({ type: "call-start", turnId: "t1", callId: "c1", call, offset: 1 }),
      received({
        type: "call-end",
        turnId: "t1",
        callId: "c1",
        ok: true,
        result,
        durationMs: 3,
        offset: 2,
      }),
      typed("undo that", 5),
    );
    expect(rowsOf(state)).toMatchObject([
      { kind: "match", match: { effect: "write", description: "Takes back: update tides" } },
    ]);
    expect(state.active).toBeNull();
    expect(rowsOf(after(typed("undo that", 5)))).toEqual([]);
  });
});
