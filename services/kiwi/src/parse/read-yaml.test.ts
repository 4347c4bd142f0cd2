import { describe, expect, it } from "vitest";
import { ParseFailure } from "./parse-failure.ts";
import { parseKnowledge } from "./parse-knowledge.ts";

const withMetadata = (yaml: string): string => `---\n${yaml}\n---\nText.\n`;

describe("a plain value stays the text it was written as", () => {
  it.each([
    ...["0042", "1e3", "1.10", "2.0", "20240115123045678", "9007199254740993", "0x1F", "0o17"],
    ...["1_000", ".5", "-0", "+1", ".inf", ".nan", "yes", "No", "on", "true", "FALSE"],
    ...["2024-01-15", "2024-01-15T10:00:00Z", "12:30:45", "1,5"],
  ])("%s", (text) => {
    const parsed = parseKnowledge(
      withMetadata(`title: ${text}\nversion: ${text}\nid: ${text}\ntags:\n  - ${text}`),
      text,
    );
    expect(parsed).toMatchObject({ name: text, version: text, tags: [text] });
  });

  it.each(["", "~", "null", "Null"])(
    "nothing, as in '%s', is neither a text nor a tag",
    (nothing) => {
      const yaml = `title: ${nothing}\ndescription: ${nothing}\ntags:\n  - ${nothing}\n  - seal`;
      expect(parseKnowledge(withMetadata(yaml), "it")).toMatchObject({
        name: "it",
        description: "Text.",
        tags: ["seal"],
      });
    },
  );

  it("quoted, nothing is a text", () => {
    expect(parseKnowledge(withMetadata('title: "null"'), "it").name).toBe("null");
  });

  it("keys are known in any case", () => {
    const yaml = "Title: Pump\nTAGS: [a]\nVersion: 1.0";
    expect(parseKnowledge(withMetadata(yaml), "it")).toMatchObject({
      name: "Pump",
      tags: ["a"],
      version: "1.0",
    });
  });
});

describe("metadata that would keep a parser busy for seconds is refused by looking at it", () => {
  // Mutant: `isTooDeep` always false; the parser then says that the stack is too small.
  it.each([
    ["lists", `a: ${"[".repeat(15_000)}${"]".repeat(15_000)}`],
    ["lists that never end", `a: ${"[".repeat(30_000)}`],
    ["mappings", `a: ${"{b: ".repeat(7_000)}`],
    ["lists by dashes", `a:\n${"- ".repeat(15_000)}b`],
    ["keys by question marks", `${"? ".repeat(15_000)}a`],
  ])("%s", (_what, yaml) => {
    expect(() => parseKnowledge(withMetadata(yaml), "it")).toThrow(/nested more than 64 deep/);
  });

  it("what is nested as deep as anybody would is read, and brackets that close again are not counted", () => {
    const yaml = `title: a\nb: ${"[".repeat(60)}${"]".repeat(60)}\nc: "${"[x] ".repeat(500)}"`;
    expect(parseKnowledge(withMetadata(yaml), "it").name).toBe("a");
  });

  it("a key twice is refused in a mapping within another, too", () => {
    const twice = withMetadata("title: a\nb:\n  c: 1\n  c: 2");
    expect(() => parseKnowledge(twice, "it")).toThrow(/unique/);
  });
});

describe("a value that YAML reads as something else is said, with its line", () => {
  it.each([
    ["emphasis", "title: *important*", "*important*", "quotes"],
    ["bold", "a: b\ntitle: **important**", "**important**", "quotes"],
    ["an ampersand", "title: &Co Pumps", "&Co", "quotes"],
    ["an exclamation", "title: !important pumps", "!important", "quotes"],
    ["a list for a title", "title: [Draft]", "title is a list", "quotes"],
    ["a placeholder for a title", "title: {{title}}", "title", "quotes"],
    ["a mapping for a description", "description:\n  text: a", "description is a list", "quotes"],
    ["hash tags", "tags: #pump #seal", "comment", "quotes"],
    ["a key twice", "title: a\ntitle: b", "unique", ""],
  ])("%s", (_what, yaml, cause, fix) => {
    try {
      parseKnowledge(withMetadata(yaml), "it");
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      expect(error.message).toContain(cause);
      expect(error.fix).toContain(fix);
      expect(error.line).toBe(1 + yaml.split("\n").length - (yaml.includes("\n  ") ? 1 : 0));
    }
  });

  it("aliases that have a value are read", () => {
    const yaml = "author: &me Ada\ntitle: Pump\ntags: [*me]";
    expect(parseKnowledge(withMetadata(yaml), "it").tags).toEqual(["Ada"]);
  });
});

describe("tags", () => {
  it.each([
    ["a list", "[pump, seal]"],
    ["a list over lines", "\n  - pump\n  - seal"],
    ["commas", "pump, seal"],
    ["spaces", "pump seal"],
    ["hash signs", "'#pump #seal'"],
    ["lines", "|\n  pump\n  seal"],
    ["a list in quotes", "'[pump, seal]'"],
    ["semicolons", "pump; seal"],
    ["mappings with names", "\n  - name: pump\n  - name: seal"],
    ["mappings with tags and more", "\n  - tag: pump\n    color: red\n  - label: seal"],
    ["a mapping of flags", "{pump: true, seal: yes, old: false}"],
    ["a mapping of nothing", "\n  pump:\n  seal:"],
    ["a mapping by kind", "\n  part: pump\n  parts: [seal]"],
    ["lists in lists", "[[pump], [seal]]"],
  ])("are read from %s", (_what, yaml) => {
    expect(parseKnowledge(withMetadata(`tags: ${yaml}`), "it").tags).toEqual(["pump", "seal"]);
  });

  it("keep their spaces where commas or a list part them", () => {
    expect(parseKnowledge(withMetadata("tags: heat pump, shaft seal"), "it").tags).toEqual([
      "heat pump",
      "shaft seal",
    ]);
    expect(parseKnowledge(withMetadata("tags: [heat pump]"), "it").tags).toEqual(["heat pump"]);
  });
});
