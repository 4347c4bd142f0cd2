import { LiluxError } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { readScriptOutput } from "./read-script-output.ts";

const finished = (stdout: string, exitCode = 0) =>
  readScriptOutput({ exitCode, stdout: Buffer.from(stdout), logs: [], leftFiles: false });

function refusalOf(stdout: string): LiluxError {
  try {
    finished(stdout);
  } catch (error) {
    if (error instanceof LiluxError) return error;
  }
  throw new Error("expected a refusal");
}

describe("a number that JavaScript would change", () => {
  it("is answered as its text, and its place is named", () => {
    const text = '{"message_id": 1349021875512938561, "mean": -0.0, "ratio": 1.0, "ok": true}';
    expect(finished(text)).toMatchObject({
      data: { message_id: "1349021875512938561", mean: "-0.0", ratio: 1, ok: true },
      numbersAsText: ["message_id", "mean"],
    });
  });

  it("is named by its place in what is unwrapped, and in what an error says", () => {
    const wrapped = '{"status":"success","took":1e400,"data":{"ids":[1,9007199254740993]}}';
    expect(finished(wrapped)).toMatchObject({
      data: { ids: [1, "9007199254740993"] },
      numbersAsText: ["ids.1"],
    });
    const failed = '{"status":"error","error":"no such id","id":9007199254740993}';
    expect(finished(failed)).toMatchObject({
      status: "error",
      data: { error: "no such id", id: "9007199254740993" },
      numbersAsText: ["id"],
    });
  });
});

describe("what begins as a JSON object and is none", () => {
  it.each([
    ['{"mean": NaN}', "not_a_number", 1, 10, "NaN"],
    ['{\n  "a": [1,\n  -Infinity]}', "not_a_number", 3, 3, "-Infinity"],
    ['{"a":1}\n{"a":2}\n', "more_than_one", 2, 1, "then more text"],
    ['{"a":1} done', "more_than_one", 1, 9, "then more text"],
    ["{'a': 1}", "invalid_json", 1, 2, "json.dumps"],
    ['{"a": True}', "invalid_json", 1, 7, "json.dumps"],
    ['{"a": 1,}', "invalid_json", 1, 9, "json.dumps"],
    ['{"a": 1', "invalid_json", 1, 8, "json.dumps"],
    [
      `{"a":"[[[[","b":${"[".repeat(200)}1${"]".repeat(200)}}`,
      "nested_too_deep",
      1,
      216,
      "flatter",
    ],
  ])("%s is refused as %s at line %i, column %i", (text, reason, line, column, words) => {
    const error = refusalOf(text);
    expect(error.details).toEqual({ reason, line, column });
    expect(error.message).toContain(`line ${line}, column ${column}`);
    expect(error.message).toContain(words);
  });

  it("does not look for NaN in what is text", () => {
    expect(finished('{"a":"NaN and -Infinity"}').data).toEqual({ a: "NaN and -Infinity" });
  });
});
