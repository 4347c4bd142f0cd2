import { describe, expect, it } from "vitest";
import type { ParseFailure } from "./parse-failure.ts";
import { parseKnowledge } from "./parse-knowledge.ts";

describe("parseKnowledge", () => {
  it.each([
    [
      "frontmatter",
      "---\ntitle: A title\nid: it\ntags: [a, b]\nversion: 1.0.0\n---\n\n# Head\n\nFirst words.\n",
    ],
    [
      "a signature above it",
      "<!-- signed: x -->\n---\ntitle: A title\ntags: 'a, b'\nversion: 1.0.0\n---\n# Head\n\nFirst words.\n",
    ],
    [
      "a fenced block",
      "# Head\n\n```yaml\ntitle: A title\nid: cat/it\ntags:\n  - a\n  - b\nversion: 1.0.0\n```\n\nFirst words.\n",
    ],
  ])("reads metadata from %s", (_what, text) => {
    expect(parseKnowledge(text, "it")).toMatchObject({
      name: "A title",
      description: "First words.",
      version: "1.0.0",
      tags: ["a", "b"],
      effect: "read",
      body: "# Head\n\nFirst words.",
    });
  });

  it("does without metadata", () => {
    expect(parseKnowledge("# Head\n\nFirst words.", "it")).toMatchObject({ name: "Head" });
    expect(parseKnowledge("", "it")).toMatchObject({ name: "it", description: "" });
  });

  it.each([
    ["a value with a colon", "---\ntitle: a: b\n---\n", 2],
    ["no end", "---\ntitle: a\n", 1],
    ["a list", "---\n- a\n---\n", 2],
    ["another id", "---\nid: other\n---\n", 2],
    [
      "aliases upon aliases",
      `---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n---\n`,
      2,
    ],
  ])("says where metadata with %s is wrong", (_what, text, line) => {
    try {
      parseKnowledge(text, "it");
      expect.unreachable();
    } catch (error) {
      expect((error as ParseFailure).line).toBe(line);
      expect((error as ParseFailure).fix).not.toBe("");
    }
  });
});
