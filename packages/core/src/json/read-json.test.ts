import { LiluxError } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { keepsDigits } from "./keeps-digits.ts";
import { readJson, readJsonAsText } from "./read-json.ts";

test.each([
  "0",
  "7",
  "-12",
  "1.10",
  "2.0",
  "1e5",
  "1E+2",
  "100000000000000000000000",
  "9007199254740992",
  "9007199254740994",
  "0.1",
  "0.30000000000000004",
  "5e-324",
  "1.7976931348623157e308",
  "0.000",
  "0e9",
  "1".padEnd(22, "0"),
])("%s keeps its digits", (written) => {
  expect(keepsDigits(written)).toBe(true);
});

test.each([
  "9007199254740993",
  "1349021875512938561",
  "-1349021875512938561",
  "3.14159265358979323846",
  "0.1000000000000000055511151231257827",
  "1e400",
  "-1e400",
  "1e-400",
  "-0",
  "-0.0",
  "-0e5",
  "1e99999999999999999999",
  `1${"0".repeat(100)}1`,
])("%s does not keep its digits", (written) => {
  expect(keepsDigits(written)).toBe(false);
});

test("a million zeros are looked at once, not once for each of them", () => {
  const zeros = "0".repeat(1_000_000);
  expect(keepsDigits(`1.${zeros}1`)).toBe(false);
  expect(keepsDigits(`1.${zeros}`)).toBe(true);
});

test("what JavaScript wrote is read as it was, and names nothing", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const written = JSON.stringify(JSON.parse(text));
      expect(readJson(written, "it")).toEqual(JSON.parse(written));
      expect(readJsonAsText(written)).toEqual({ value: JSON.parse(written), asText: [] });
    }),
  );
});

test("every integer is read as itself or refused, and becomes its own digits as text", () => {
  fc.assert(
    fc.property(fc.bigInt(), (big) => {
      const text = `{"id":${big}}`;
      const { value } = readJsonAsText(text) as { value: { id: unknown } };
      expect(BigInt(value.id as number)).toBe(big);
      let read: unknown;
      try {
        read = readJson(text, "it");
      } catch {
        return;
      }
      expect(BigInt((read as { id: number }).id)).toBe(big);
    }),
  );
});

function refusalOf(text: string): LiluxError {
  try {
    readJson(text, "body");
  } catch (error) {
    if (error instanceof LiluxError) return error;
  }
  throw new Error("expected a refusal");
}

describe("what somebody sends", () => {
  it("is refused by the field whose digits would change, without saying the digits", () => {
    const error = refusalOf('{"parameters":{"rows":[{"id":1},{"id":1349021875512938561}]}}');
    expect(error.toBody()).toMatchObject({
      code: "invalid_request",
      message:
        "body: parameters.rows.1.id is a number whose digits would change. Send it as text, in quotes.",
      details: { field: "parameters.rows.1.id" },
    });
    for (const text of ["1e400", "[-0]", '{"a":{"b":9007199254740993}}']) {
      expect(refusalOf(text).code).toBe("invalid_request");
    }
  });

  it("keeps a parameter that is written otherwise as the text it was", () => {
    const text =
      '{"arguments":{"parameters":{"a":1349021875512938561,"b":1.10,"c":2.0,"d":-0,"e":1e400,"f":3,"_timeout":60.0}}}';
    expect(readJson(text, "body")).toEqual({
      arguments: {
        parameters: {
          a: "1349021875512938561",
          b: "1.10",
          c: "2.0",
          d: "-0",
          e: "1e400",
          f: 3,
          _timeout: 60,
        },
      },
    });
  });

  it("means the same number where another writer writes it otherwise", () => {
    const text = '{"limit":10.0,"deep":[1.50,{"x":1E2}],"text":"9007199254740993 -0 1e400"}';
    expect(readJson(text, "body")).toEqual({
      limit: 10,
      deep: [1.5, { x: 100 }],
      text: "9007199254740993 -0 1e400",
    });
  });

  it("keeps a name that means something to JavaScript a name", () => {
    const read = readJson('{"parameters":{"__proto__":1.10,"constructor":2.0}}', "body");
    const { parameters } = read as { parameters: object };
    expect(Object.entries(parameters)).toEqual([
      ["__proto__", 1.1],
      ["constructor", "2.0"],
    ]);
    expect(refusalOf('{"__proto__":-0}').details).toMatchObject({ field: "__proto__" });
  });

  it("takes the last of two members of one name, as JSON does", () => {
    expect(readJson('{"a":9007199254740993,"a":1}', "body")).toEqual({ a: 1 });
  });

  it("is no JSON, or too deep to be looked through, and says which", () => {
    expect(() => readJson('{"a": 1.0', "body")).toThrow(SyntaxError);
    const deep = `${"[".repeat(100_000)}1.0${"]".repeat(100_000)}`;
    expect(refusalOf(deep).message).toContain("nests deeper");
  });
});

test("what cannot be asked for again has text where the digits would change, and says where", () => {
  const text =
    '{"id":1349021875512938561,"ok":true,"rows":[{"mean":-0.0,"ratio":1.0},[3.14159265358979323846]]}';
  expect(readJsonAsText(text)).toEqual({
    value: {
      id: "1349021875512938561",
      ok: true,
      rows: [{ mean: "-0.0", ratio: 1 }, ["3.14159265358979323846"]],
    },
    asText: ["id", "rows.0.mean", "rows.1.0"],
  });
  const many = `[${Array.from({ length: 1_000 }, () => "-0").join(",")}]`;
  expect(readJsonAsText(many).asText).toHaveLength(20);
});
