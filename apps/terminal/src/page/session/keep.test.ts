import { describe, expect, it } from "vitest";
import { SESSION_START } from "../../testing/session-start.ts";
import { reduce } from "../state/reduce.ts";
import { after, committed, received, typed } from "../state/testing.ts";
import { createKeptLines } from "./keep-lines.ts";
import { createSessionKeeper } from "./keep-session.ts";

function memory() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  };
}
const DAY_MS = 24 * 3_600_000;

describe("lines that were sent", () => {
  it("are there again for whom they are of, for thirty days", () => {
    const storage = memory();
    const now = 100 * DAY_MS;
    const lines = [
      { text: "old", at: now - 31 * DAY_MS },
      { text: "find tides", at: now - DAY_MS },
    ];
    createKeptLines(storage, "ann").keep(lines);
    expect(createKeptLines(storage, "ann").read(now)).toEqual([lines[1]]);
    expect(createKeptLines(storage, "bob").read(now)).toEqual([]);
  });

  it("are gone once they are forgotten, and nothing that is not ours is read", () => {
    const storage = memory();
    const lines = createKeptLines(storage, "ann");
    lines.keep([{ text: "find tides", at: 1 }]);
    lines.keep([]);
    expect(storage.kept.size).toBe(0);
    for (const odd of ["{", "7", '[{"text":1}]']) {
      storage.setItem("lilux.lines.ann", odd);
      expect(lines.read(1)).toEqual([]);
    }
  });

  it("never hold what was typed and not sent", () => {
    const state = after(committed("t1", "find tides"), typed("a secret", 2));
    const storage = memory();
    createKeptLines(storage, "ann").keep(state.inputs);
    createSessionKeeper(storage, "ann").keep({ resume: POINT, turns: state.turns });
    expect(JSON.stringify([...storage.kept])).not.toContain("secret");
  });
});

const POINT = { sessionId: "s", resumeToken: "r", offset: 3 };

describe("a session", () => {
  const run = after(
    committed("t1", "find tides"),
    received({ type: "turn-accepted", turnId: "t1", offset: 1 }),
    received({ type: "text-delta", turnId: "t1", text: "Here.", offset: 2 }),
  );

  it("goes on after a reload, with its turns as they were", () => {
    const keeper = createSessionKeeper(memory(), "ann");
    keeper.keep({ resume: POINT, turns: run.turns });
    const kept = keeper.read();
    expect(kept?.resume).toEqual(POINT);
    expect(kept?.turns).toMatchObject([{ text: "find tides", phase: "running" }]);
    const more = { ...run, turns: kept?.turns ?? [] };
    const end = { type: "turn-end", turnId: "t1", outcome: "completed", offset: 3 } as const;
    expect(reduce(more, received(end)).turns).toMatchObject([{ phase: "ended" }]);
  });

  it("that is gone leaves no turn that never ends", () => {
    // Fails when session-start leaves restored turns as they are.
    const keeper = createSessionKeeper(memory(), "ann");
    keeper.keep({ resume: POINT, turns: run.turns });
    const fresh = reduce({ ...run, turns: keeper.read()?.turns ?? [] }, received(START));
    expect(fresh.turns).toMatchObject([{ phase: "ended", outcome: "interrupted" }]);
  });

  it("keeps what fits, the newest first", () => {
    const big = "x".repeat(900_000);
    const turns = ["t1", "t2", "t3"].flatMap((id) => after(committed(id, big)).turns);
    const storage = memory();
    createSessionKeeper(storage, "ann").keep({ resume: POINT, turns });
    const kept = createSessionKeeper(storage, "ann").read()?.turns ?? [];
    expect(kept.map(({ turnId }) => turnId)).toEqual(["t1", "t2"]);
    expect(kept.every(({ phase }) => phase === "ended")).toBe(true);
  });
});

const START = { ...SESSION_START, sessionId: "s2" };
