import { ITEM_TYPES } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "./decode-text.ts";
import { ParseFailure } from "./parse-failure.ts";
import { parseItem } from "./parse-item.ts";

/** Pieces of all three formats, so that random texts get past the first line. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['<directive name="it">', "<directive name='it' version='1'>", "</directive>", "<metadata>"],
    ...["</metadata>", "<description>", "</description>", "<process>", "</process>", "<step "],
    ...['<step name="a">', "</step>", "<action>", "</action>", "<inputs>", "</inputs>", "<input "],
    ...[
      '<input name="a" type="int" default="x"/>',
      "<permissions>",
      "</permissions>",
      "<template>",
    ],
    ...[
      "</template>",
      "<raw>",
      "</raw>",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "&amp;",
      "&",
      "<",
      ">",
    ],
    ...["<!DOCTYPE x [", "<!ENTITY a 'b'>", "]>", "&a;", "&#0;", "&#xD800;", "<?xml", "?>"],
    ...[
      "---\n",
      "title: ",
      "tags: [a, ",
      "]\n",
      "&a ",
      "*a ",
      "|\n",
      "- ",
      ": ",
      "? ",
      "!!js ",
      "%YAML",
    ],
    ...[
      "```yaml\n",
      "\n```\n",
      "# ",
      '"""',
      "'''",
      '"',
      "'",
      "\\",
      "__version__ = ",
      "__tags__ = [",
    ],
    ...[
      "__inputs__ = [{",
      '"name": ',
      "}]\n",
      "(",
      ")",
      "{",
      "}",
      "[",
      ",",
      "=",
      "f'{",
      "#",
      "\n",
      " ",
    ],
    ...[
      "# /// script\n",
      "# dependencies = [",
      "# ///\n",
      "\uFDD0",
      "\u2028",
      "\uFEFF",
      "\uD800",
      "\u0000",
    ],
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
  fc
    .array(piece, { maxLength: 30 })
    .map((pieces) => `<directive name="it"><metadata/>${pieces.join("")}</directive>`),
  fc.array(piece, { maxLength: 20 }).map((pieces) => `---\n${pieces.join("")}\n---\nbody`),
);

describe.each(ITEM_TYPES)("any text at all, taken for a %s", (item_type) => {
  it("is read, or refused with a place in it and a way out; nothing else is ever thrown", () => {
    fc.assert(
      fc.property(text, (given) => {
        try {
          const parsed = parseItem(item_type, given, "it");
          expect(parsed.description.length).toBeLessThanOrEqual(2_000);
        } catch (error) {
          if (!(error instanceof ParseFailure)) throw error;
          expect(error.fix).not.toBe("");
          expect(error.line).toBeGreaterThan(0);
          expect(error.line).toBeLessThanOrEqual(given.split("\n").length + 1);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  // Mutant: let a pseudo step's tag run over the next `<`; the test runs into its time limit.
  it("repeated for 200,000 characters, is done with in bounded time", { timeout: 60_000 }, () => {
    const frames = {
      directive: ['<directive name="it"><metadata/>', "</directive>"],
      script: ["x = 1\n", ""],
      knowledge: ["---\n", "\n---\n"],
    } as const;
    const [before, after] = frames[item_type];
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (pieces, inside) => {
          const one = pieces.join("") || "x";
          const many = one.repeat(Math.floor(200_000 / one.length));
          try {
            parseItem(item_type, inside ? before + many + after : before + after + many, "it");
          } catch (error) {
            if (!(error instanceof ParseFailure)) throw error;
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("bytes that are no item", () => {
  it.each([
    ["10 MB", Buffer.alloc(10 * 1024 * 1024, "a"), "10485760 bytes"],
    ["a zero byte", Buffer.from("a\0b"), "zero byte"],
    ["zero bytes on both sides", Buffer.from("a\0b\0\0c\0"), "zero byte"],
    ["UTF-16 with its mark", Buffer.from("\uFEFF# Prüfung", "utf16le"), "UTF-16"],
    ["UTF-16 without it", Buffer.from("---\ntitle: Pumps\n---\n", "utf16le"), "UTF-16"],
    ["UTF-16, big end first", Buffer.from("\uFEFF# 泵", "utf16le").swap16(), "UTF-16"],
    ["not UTF-8", Buffer.from([0x61, 0x0a, 0xc3, 0x28]), "UTF-8"],
  ])("%s: refused for what it is", (_what, bytes, cause) => {
    expect(() => decodeText(bytes)).toThrow(cause);
  });
});
