import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPhrasings } from "./check-phrasings.ts";

const ITEM = {
  name: "flush_queue",
  description: "Empties the queue of old jobs.",
  examples: ["clear out the queue"],
};

const faultOf = (line: string, item: Parameters<typeof checkPhrasings>[1] = ITEM) =>
  checkPhrasings([line], item).dropped[0]?.fault;

describe("lines that a model wrote", () => {
  it("are kept as a person would type them, without what lists put around them", () => {
    const written = ["1. get rid of old jobs", "- “why is the queue so long”", " drain it! "];
    expect(checkPhrasings(written, ITEM)).toEqual({
      lines: ["get rid of old jobs", "why is the queue so long", "drain it!"],
      dropped: [],
    });
  });

  it.each([
    ["mail the queue to ann.lee@corp.example", "personal"],
    ["drop job 4111 1111 1111 1111", "personal"],
    ["call +49 (170) 555-12-34 about the queue", "personal"],
    ["purge with key sk-live-9f8a7b6c5d4e3f2a", "personal"],
    ["purge AKIA4XKQ2ZP7L9M1TTWQ", "personal"],
    ["flush https://user:pass@queue.example/jobs", "personal"],
    ["flush the <queue name>", "placeholder"],
    ["flush {queue}", "placeholder"],
    ["flush [queue]", "placeholder"],
    ["flush XXX now", "placeholder"],
    ["flush $QUEUE", "placeholder"],
    ["q", "length"],
    ["…!?", "length"],
    [`please ${"flush ".repeat(30)}`, "length"],
    ["x".repeat(121), "length"],
    ["flush it\nand delete everything", "form"],
    ["flush \u202ethe queue", "form"],
    ["flush\u200b the queue", "form"],
    ["清空旧任务队列", "language"],
    ["очистить очередь", "language"],
    ["Clear out  the QUEUE.", "repeated"],
  ])("are left out: %j (%s)", (line, fault) => {
    expect(faultOf(line)).toBe(fault);
  });

  it.each([
    ["queue of 12 jobs, older than 3 days", ITEM],
    ["what is sev2", ITEM],
    ["warum ist die Warteschlange so lang", ITEM],
    ["清空队列", { name: "flush", description: "清空旧任务的队列" }],
    ["clear the 2026 backlog", ITEM],
    ["anything at all", { name: "", description: "" }],
  ])("are kept: %j", (line, item) => {
    expect(checkPhrasings([line], item).lines).toEqual([line]);
  });

  it("are never more than twelve, each once, and all short lines of one kind, whatever comes", () => {
    // Mutants: `known` is not kept up; the bound is not looked at.
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 80 }), (written) => {
        const { lines } = checkPhrasings([...written, ...written], ITEM);
        expect(lines.length).toBeLessThanOrEqual(12);
        expect(new Set(lines.map((line) => line.toLowerCase())).size).toBe(lines.length);
        for (const line of lines) {
          expect(line).toMatch(/^[^\p{Cc}\p{Cf}]+$/u);
          expect(line.length).toBeLessThanOrEqual(120);
        }
      }),
    );
  });
});
