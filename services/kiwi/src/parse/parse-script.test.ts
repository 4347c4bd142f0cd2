import { describe, expect, it } from "vitest";
import { ParseFailure } from "./parse-failure.ts";
import { parseScript } from "./parse-script.ts";

describe("parseScript", () => {
  it("reads the manifest from literal constants, without running anything", () => {
    const parsed = parseScript(
      `#!/usr/bin/env python3
"""Docstring.

More.
"""
import os
__version__ = "1.2.0"
__category__: str = "data/csv"
__tool_description__ = (
    "Profiles "  # in two parts
    'a CSV file.'
)
__tags__ = ["csv", "data",]
__effect__ = "read"
__inputs__ = [
    {"name": "file", "type": "str", "required": True, "description": "Path."},
    {"name": "rows", "type": "int", "default": -10},
    {"name": "ratio", "type": "float", "default": 1_0.5e1},
]
os.system("echo never")
`,
      "it",
    );
    expect(parsed).toMatchObject({
      name: "it",
      version: "1.2.0",
      description: "Profiles a CSV file.",
      tags: ["csv", "data"],
      effect: "read",
      inputs: [
        { name: "file", type: "string", required: true, description: "Path." },
        { name: "rows", type: "integer", required: false, default: -10 },
        { name: "ratio", type: "number", required: false, default: 105 },
      ],
    });
  });

  it("falls back to the docstring's first line, then to the comment header", () => {
    expect(parseScript('\n"""\n  First line.\n\nSecond."""\n', "it").description).toBe(
      "First line.",
    );
    expect(
      parseScript("#!/bin/python\n# -*- coding: utf-8 -*-\n# Header.\nx = 1\n", "it").description,
    ).toBe("Header.");
    expect(parseScript("x = 1\n", "it")).toMatchObject({ description: "", effect: "write" });
  });

  it("takes inputs by name as well", () => {
    const text = '__inputs__ = {"file": {"type": "string", "required": True}, "n": "int"}';
    expect(parseScript(text, "it").inputs).toEqual([
      { name: "file", type: "string", required: true },
      { name: "n", type: "integer", required: false },
    ]);
  });

  it.each([
    ['\n__effect__ = "harmless"', 2, "__effect__"],
    ['__inputs__ = [{"type": "string"}]', 1, "__inputs__"],
    ['x = 1\ny = """never ends', 2, "quotes"],
  ])("says in which line %j is wrong", (text, line, fix) => {
    try {
      parseScript(text, "it");
      expect.unreachable();
    } catch (error) {
      expect((error as ParseFailure).line).toBe(line);
      expect((error as ParseFailure).fix).toContain(fix);
    }
  });
});

describe("what a script's manifest says in a form that is none", () => {
  it.each([
    ["__inputs__ = None"],
    ["__inputs__ = 'a, b'"],
    ["__inputs__ = ['a']"],
    ["__inputs__ = [{'name': 'a', 'required': 'yes'}]"],
    ["__inputs__ = [{'name': 'a', 'type': ['string']}]"],
    ["__inputs__ = [{'name': 'a', 'schema': 'integer'}]"],
    ["__inputs__ = {'a': 1}"],
    ["__version__ = 1.10"],
    ["__version__ = (1, 2)"],
    ["__tool_description__ = ['text']"],
    ["__category__ = {'a'}"],
    ["__tags__ = {'a': 'b'}"],
    ["__tags__ = ['a', 1.10]"],
    ["__effect__ = 'Destructive'"],
    ["__effect__ = ''"],
    ["__effect__ = None"],
    ["__effect__ = ['destructive']"],
    ["__permissions__ = None"],
    ["__dependencies__ = 'requests'"],
  ])("breaks the item, with its line: %s", (written) => {
    const name = written.slice(0, written.indexOf(" "));
    try {
      parseScript(`x = 1\n${written}\n`, "it");
    } catch (error) {
      expect(error).toBeInstanceOf(ParseFailure);
      expect(error).toMatchObject({ line: 2, column: 1, fix: expect.stringContaining(name) });
      return;
    }
    throw new Error("it was read");
  });

  it.each([
    ["__version__ = None", { version: "0.0.0" }],
    ["__tool_description__ = ' '", { description: "Doc." }],
    ["__tags__ = None", { tags: [] }],
    ["__tags__ = 'a, b'", { tags: ["a", "b"] }],
    ["__tags__ = 'a', 'b'", { tags: ["a", "b"] }],
    ["__inputs__ = []", { inputs: [] }],
    ["__effect__ = ('destruc'\n  'tive')", { effect: "destructive" }],
    ["__version__ = '1'; __effect__ = 'destructive'", { version: "1", effect: "destructive" }],
    ["__effect__ = EFFECT = 'destructive'", { effect: "destructive" }],
  ])("is read where there is one way to read it: %s", (written, expected) => {
    expect(parseScript(`"""Doc."""\n${written}\n`, "it")).toMatchObject(expected);
  });
});
