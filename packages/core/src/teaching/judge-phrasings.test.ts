import { describe, expect, it } from "vitest";
import { judgePhrasings } from "./judge-phrasings.ts";

const at = (angle: number) => Float32Array.from([Math.cos(angle), Math.sin(angle)]);
const read = (line: string, angle: number, nearest: string) => ({
  line,
  embedding: at(angle),
  nearest: [
    { textHash: nearest, cosine: 0.8 },
    { textHash: "own", cosine: 0.7 },
  ],
});

describe("lines that a model wrote, as the router reads them", () => {
  it("are left out where another item is nearer, so that no text can take another's lines", () => {
    const judged = judgePhrasings([read("flush", 0, "own"), read("delete all", 1, "other")], "own");
    expect(judged).toEqual({
      lines: ["flush"],
      dropped: [{ line: "delete all", fault: "near_another_item" }],
    });
  });

  it("are left out where one before says the same", () => {
    const judged = judgePhrasings(
      [read("flush", 0, "own"), read("please flush", 0.1, "own"), read("drain", 0.6, "own")],
      "own",
    );
    expect(judged.lines).toEqual(["flush", "drain"]);
    expect(judged.dropped).toEqual([{ line: "please flush", fault: "alike" }]);
  });
});
