import { describe, expect, it } from "vitest";
import { ParseFailure } from "./parse-failure.ts";
import { parseKnowledge } from "./parse-knowledge.ts";

function failureOf(text: string, id = "it"): ParseFailure {
  try {
    parseKnowledge(text, id);
  } catch (error) {
    if (error instanceof ParseFailure) return error;
  }
  throw new Error("expected a failure");
}

const METADATA = "---\ntitle: Pump seals\ntags: [pump]\n---\n";
const BODY = "Grease first.\n\nA --> B\n";

describe("metadata behind lines that are no text of the entry is read", () => {
  it.each([
    ["a comment", "<!-- checked -->\n"],
    ["a comment and blank lines", "\n<!-- checked -->\n\n"],
    ["a comment over lines", "<!--\nchecked\nby hand\n-->\n"],
    ["two comments on one line", "<!-- a --><!-- b -->\n"],
    ["a comment on the line of the metadata", "<!-- a --> "],
    ["a comment that never closes", "<!-- checked 2026-01-02\n"],
    ["two comments that never close", "<!-- checked\n<!-- twice\n"],
    ["a signature that never closes", "<!-- tool:signed:2026-01-02:ab\n"],
    ["a signature closed on the next line", "<!-- tool:signed:2026-01-02:ab\n -->\n"],
    ["metadata that was commented out", "<!--\n---\ntitle: Old\n---\n-->\n"],
    ["metadata commented out with a word", "<!-- old\n---\ntitle: Old\n---\n-->\n"],
    ["a line of a hash sign", "# made by a tool\n"],
    ["a comment and a line of a hash sign", "<!-- a -->\n# tool:signed:2026:ab\n"],
    ["a shebang", "#!/usr/bin/env lilux\n"],
    ["a heading", "# A note\n\n"],
    ["an underlined heading", "A note\n======\n\n"],
    ["a comment of Obsidian", "%% draft %%\n"],
    ["a comment of Obsidian over lines", "%%\ndraft\n%%\n"],
    ["a comment of Obsidian that never closes", "%% draft\n"],
    ["a definition for a comment", "[//]: # (draft)\n"],
    ["a definition in quotes", '[comment]: <> "draft"\n'],
    ["all of them", '#!x\n<!-- a -->\n%% b %%\n[//]: # "c"\n# d\n'],
  ])("%s", (_what, lead) => {
    expect(parseKnowledge(lead + METADATA + BODY, "it")).toMatchObject({
      name: "Pump seals",
      tags: ["pump"],
      description: "Grease first.",
      body: BODY.trim(),
    });
  });

  it("a heading before metadata without a title is the title", () => {
    const text = "# Pump seals\n\n---\ntags: [pump]\n---\nGrease first.\n";
    expect(parseKnowledge(text, "it")).toMatchObject({ name: "Pump seals", tags: ["pump"] });
  });

  it("comments alone are no part of the text", () => {
    const signed = "<!-- tool:signed:2026-01-02:ab\n# Pump seals\n\nA --> B.\n";
    const body = "# Pump seals\n\nA --> B.";
    expect(parseKnowledge(signed, "it")).toMatchObject({
      name: "Pump seals",
      description: "A --> B.",
      body,
    });
    const open = "<!-- checked\n# Pump seals\n\nText.\n<!-- closed -->\n";
    expect(parseKnowledge(open, "it")).toMatchObject({ name: "Pump seals", description: "Text." });
    const next = "## <!-- tool:signed:2026:ab -->\n\n# Pump seals\n\nText.";
    expect(parseKnowledge(next, "it")).toMatchObject({ name: "Pump seals", description: "Text." });
  });
});

describe("metadata that is not read makes the entry broken, with its line", () => {
  it.each([
    ["behind text", `Draft.\n\n${METADATA}`, 3, "start"],
    ["under a line of text", `Draft.\n${METADATA}`, 2, "start"],
    ["behind a comment of another language", `/* draft */\n${METADATA}`, 2, "start"],
    ["behind a comment that never closes, over lines", `<!-- a\nb\n${METADATA}`, 3, "start"],
    ["in TOML", '+++\ntitle = "Pump"\n+++\nText.\n', 1, "YAML"],
    ["in TOML behind a comment", '<!-- a -->\n+++\ntitle = "Pump"\n+++\nText.\n', 2, "YAML"],
    ["in JSON", '{\n  "title": "Pump"\n}\nText.\n', 1, "YAML"],
    ["between four dashes", "----\ntitle: Pump\n----\nText.\n", 1, "three"],
    ["without an end", "<!-- a -->\n---\ntitle: Pump\n\nText.\n", 2, "---"],
    ["in a block without an end", "```yaml\nentry_type: note\n\nText.\n", 1, "```"],
  ])("%s", (_what, text, line, fix) => {
    const failure = failureOf(text);
    expect(failure.line).toBe(line);
    expect(failure.fix).toContain(fix);
  });
});

describe("three dashes that are no metadata", () => {
  it.each([
    ["a rule first", "---\n\nText about pumps.\n", "Text about pumps."],
    ["a rule first, and another", "---\n\nA pump.\nMore.\n\n---\n\nEnd.\n", "A pump. More."],
    ["a rule further down", "Text.\n\n---\n\ntitle case matters\n\n---\n", "Text."],
    ["slides", "# A\n\nText.\n\n---\n\n# B\n\n---\n", "Text."],
    ["an example in a block", `Text.\n\n\`\`\`md\n${METADATA}\`\`\`\n`, "Text."],
  ])("%s: the entry is read without any", (_what, text, description) => {
    expect(parseKnowledge(text, "it")).toMatchObject({ description, tags: [], version: "0.0.0" });
  });

  it("three dots end the metadata as three dashes do", () => {
    const text = "---\ntitle: Pump seals\n...\n\nText.\n";
    expect(parseKnowledge(text, "it")).toMatchObject({ name: "Pump seals", body: "Text." });
  });
});

describe("a block of YAML that comes first", () => {
  it.each([
    ["a job with an id", "id: build-job\non: push"],
    ["a job with a name", "name: build\non: push\njobs: {}"],
    ["a job with this entry's name", "name: it\non: push"],
    ["a package", "name: web\nversion: 1.2.0\ndescription: A site."],
    ["a schema", "title: Pet\ntype: object\nproperties: {}"],
    ["an interface", "openapi: 3.1.0\ntitle: Pet shop\nversion: 9.9.9\ntags: [public]"],
    ["the information of an interface", "title: Pet shop\nversion: 9.9.9\ntags: [public]"],
    ["a version", 'version: "3"\nservices: {}'],
    ["a list", "- hosts: all\n  tasks: []"],
    ["two documents", "a: 1\n---\nb: 2"],
    ["tabs", "a:\n\tb: 1"],
    ["no YAML", "title: a: b: c"],
    ["a mapping under a key of entries", "metadata:\n  entry_type: x"],
    ["nothing", ""],
  ])("is an example when it holds %s", (_what, yaml) => {
    for (const fence of ["```yaml", "~~~~yml"]) {
      const close = fence.replace(/\w/g, "");
      const text = `# Rolling out\n\n${fence}\n${yaml}\n${close}\n\nUse it.\n`;
      expect(parseKnowledge(text, "it")).toMatchObject({
        name: "Rolling out",
        description: "Use it.",
        version: "0.0.0",
        tags: [],
        body: text.trim(),
      });
    }
  });

  it.each([
    ["a kind of entry", "# Head\n\n", "entry_type: learning\nother: 1", { tags: ["learning"] }],
    ["an id of the first generation", "# Head\n\n", "zettel_id: it\ntitle: A", { name: "A" }],
    ["this entry's id", "# Head\n\n", "id: cat/it\nversion: 1.10", { version: "1.10" }],
    ["this entry's name", "", "name: it\ncategory: x\ndescription: D", { description: "D" }],
    ["the heading as its title", "# Head\n\n", "title: Head\ntags: [a]", { tags: ["a"] }],
    ["a title, nothing before it", "", "title: A\ntags: [a]", { name: "A", tags: ["a"] }],
    ["a title behind a comment", "<!-- a -->\n", "title: A\nTags: [a]", { tags: ["a"] }],
  ])("is metadata when it holds %s", (_what, head, yaml, expected) => {
    for (const fence of ["```yaml", "~~~~YML"]) {
      const close = fence.replace(/\w/g, "");
      expect(parseKnowledge(`${head}${fence}\n${yaml}\n${close}\n\nText.`, "it")).toMatchObject(
        expected,
      );
    }
  });

  it("is broken when it is metadata and no YAML, or another entry's", () => {
    expect(failureOf("# A\n\n```yaml\nentry_type: x\ntitle: a: b\n```\n").line).toBe(5);
    expect(failureOf("# A\n\n```yaml\nzettel_id: other\n```\n").fix).toContain("other.md");
  });
});
