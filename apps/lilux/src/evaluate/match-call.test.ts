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

  it("leaves the whole line as it is", () => {
    expect(knowableLine(whole, whole.text)).toBe(whole);
  });
});
