import type { Call } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import type { EvaluationLine, WantedCall } from "./dataset.ts";
import { createJudge, knowableLine, type Resolver } from "./match-call.ts";

const keys = ["directive:ops/deploy", "script:data/sum"];
const library: Resolver = {
  resolve(itemType, id) {
    const key = keys.find((known) => known === `${itemType}:${id}` || known.endsWith(`/${id}`));
    return key === undefined ? undefined : { key };
  },
};
const judge = createJudge(library, { itemsOnly: false });
const itemJudge = createJudge(library, { itemsOnly: true });

const search = (query: string, source?: "local" | "all"): Extract<Call, { name: "search" }> => ({
  name: "search",
  arguments: { item_type: "script", query, ...(source === undefined ? {} : { source }) },
});
const run = (item_id: string): Extract<Call, { name: "execute" }> => ({
  name: "execute",
  arguments: { item_type: "directive", item_id, action: "run" },
});
const line = (call: WantedCall, more: Partial<EvaluationLine> = {}): EvaluationLine => ({
  id: "1",
  text: "text",
  call,
  ...more,
});

describe("createJudge", () => {
  it("compares items by what ids mean", () => {
    expect(judge.isStrict(run("deploy"), line(run("ops/deploy")))).toBe(true);
    expect(judge.isStrict(run("deploy"), line(run("other")))).toBe(false);
  });

  it("compares queries by their words, and takes no source for local", () => {
    expect(judge.isStrict(search("Email  scripts"), line(search('"email" scripts?')))).toBe(true);
    expect(judge.isStrict(search("email"), line(search("email", "local")))).toBe(true);
    expect(judge.isStrict(search("email"), line(search("email", "all")))).toBe(false);
  });

  it("takes no call for right only where none is meant", () => {
    expect(judge.isStrict(null, line({ name: null }))).toBe(true);
    expect(judge.isStrict(null, line(run("deploy")))).toBe(false);
    expect(judge.isStrict(run("deploy"), line({ name: null }))).toBe(false);
  });

  it("accepts alternatives only where they are asked for", () => {
    const given = line(search("email"), { acceptable: [run("deploy")] });
    expect(judge.isStrict(run("deploy"), given)).toBe(false);
    expect(judge.isAcceptable(run("deploy"), given)).toBe(true);
  });

  it("compares the values of a run where the line tells them, in any order of their names", () => {
    const valued = (parameters: Record<string, unknown>): Extract<Call, { name: "execute" }> => ({
      name: "execute",
      arguments: { ...run("deploy").arguments, parameters },
    });
    const wanted = line(valued({ ref: "main", tries: 2 }));
    expect(judge.isStrict(valued({ tries: 2, ref: "main" }), wanted)).toBe(true);
    expect(judge.isStrict(valued({ ref: "main", tries: "2" }), wanted)).toBe(false);
    expect(judge.isStrict(valued({ ref: "main", tries: 2, more: true }), wanted)).toBe(false);
    expect(judge.isRanked(run("deploy"), wanted)).toBe(true);
    expect(judge.isStrict(run("deploy"), line(valued({})))).toBe(true);
    expect(judge.isStrict(valued({ ref: "main" }), line(valued({})))).toBe(false);
    expect(judge.isStrict(valued({ ref: "main" }), line(run("deploy")))).toBe(true);
  });

  it("compares where a load is from, where it goes and its version", () => {
    const load = (more: object): Extract<Call, { name: "load" }> => ({
      name: "load",
      arguments: { item_type: "directive", item_id: "deploy", source: "user", ...more },
    });
    const wanted = line(load({ destination: "project", version: "2.3" }));
    expect(judge.isStrict(load({ version: "2.3", destination: "project" }), wanted)).toBe(true);
    expect(judge.isStrict(load({ version: "2.3" }), wanted)).toBe(false);
    expect(judge.isStrict(load({ destination: "project" }), wanted)).toBe(false);
    expect(judge.isRanked(load({}), wanted)).toBe(true);
    expect(judge.isRanked(load({ source: "project" }), wanted)).toBe(false);
  });

  it("judges the item alone for plain intent data", () => {
    const load: Call = {
      name: "load",
      arguments: { item_type: "directive", item_id: "deploy", source: "project" },
    };
    expect(itemJudge.isAcceptable(load, line(run("deploy")))).toBe(true);
    expect(judge.isAcceptable(load, line(run("deploy")))).toBe(false);
  });
});

describe("knowableLine", () => {
  const whole = line(search("email enricher"), { text: "find email enricher scripts" });

  it("asks of a typed part only the words of the query that are there", () => {
    expect(knowableLine(whole, "find email enr").call).toEqual(search("email enr"));
    expect(knowableLine(whole, "find email ").call).toEqual(search("email"));
    expect(knowableLine(whole, "find email enricher scr").call).toEqual(search("email enricher"));
  });

  it("asks for no values while the line is typed", () => {
    const call: WantedCall = {
      name: "execute",
      arguments: { ...run("deploy").arguments, parameters: { ref: "main" } },
    };
    const typed = knowableLine(line(call, { text: "deploy main" }), "deploy");
    expect(judge.isStrict(run("deploy"), typed)).toBe(true);
  });

  it("leaves the whole line as it is", () => {
    expect(knowableLine(whole, whole.text)).toBe(whole);
  });
});
