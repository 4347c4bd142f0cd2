import { describe, expect, it } from "vitest";
import {
  followLeader,
  isSettled,
  isTypedOn,
  type LeaderTrail,
  leaderName,
} from "./settle-leader.ts";

/** What is shown at each moment, when each of these leads with enough confidence; null shows none. */
function shownOf(leaders: readonly (string | null)[]): (string | null)[] {
  let trail: LeaderTrail | undefined;
  return leaders.map((leader) => {
    const shown = leader !== null && isSettled(trail, leader) ? leader : undefined;
    trail = followLeader(trail, { leader: leader ?? undefined, shown });
    return shown ?? null;
  });
}

describe("what a person is shown of changing leaders", () => {
  it("shows the first at once, and another only when it leads twice", () => {
    expect(shownOf(["a", "b", "b", "b"])).toEqual(["a", null, "b", "b"]);
  });

  it("does not show one that leads for a single character", () => {
    expect(shownOf(["a", "a", "b", "a", "c", "a"])).toEqual(["a", "a", null, "a", null, "a"]);
  });

  it("shows what was shown before as soon as it is back", () => {
    expect(shownOf(["a", null, "a"])).toEqual(["a", null, "a"]);
  });

  it("waits for a leader that comes after nothing led", () => {
    expect(shownOf([null, "a", "a"])).toEqual([null, null, "a"]);
  });
});

describe("a line typed on", () => {
  it("is the same a few characters on or back", () => {
    expect(isTypedOn("deploy", "deploy s")).toBe(true);
    expect(isTypedOn("deploy s", "deploy")).toBe(true);
  });

  it("is another one when it was pasted, recalled or begun anew", () => {
    expect(isTypedOn("d", "deploy staging")).toBe(false);
    expect(isTypedOn("deploy", "search")).toBe(false);
  });
});

describe("the name of a leader", () => {
  it("stays the same while a query grows, and changes with its item type", () => {
    const search = (item_type: "script" | "directive", query: string) =>
      leaderName({ name: "search", arguments: { item_type, query } });
    expect(search("script", "em")).toBe(search("script", "email"));
    expect(search("script", "email")).not.toBe(search("directive", "email"));
  });

  it("tells apart what is done with an item", () => {
    const item = { item_type: "script", item_id: "csv" } as const;
    const names = [
      leaderName({ name: "load", arguments: { ...item, source: "project" } }),
      leaderName({ name: "execute", arguments: { ...item, action: "run" } }),
      leaderName({ name: "execute", arguments: { ...item, action: "delete" } }),
    ];
    expect(new Set(names).size).toBe(3);
  });
});
