import { describe, expect, it } from "vitest";
import { createMarkdownReader } from "./create-markdown-reader.ts";
import type { Block } from "./markdown-tree.ts";
import { parseMarkdown } from "./parse-markdown.ts";

const after: Block = {
  kind: "paragraph",
  tight: false,
  children: [{ kind: "text", text: "AFTER" }],
};

function code(text: string, language = ""): Block {
  return { kind: "code", language, text };
}

describe("fences", () => {
  it.each<[name: string, text: string, block: Block]>([
    [
      "of four hold fences of three",
      "````md\n```js\ngo()\n```\n````",
      code("```js\ngo()\n```", "md"),
    ],
    ["of tildes hold ticks", "~~~\n```\ngo()\n```\n~~~", code("```\ngo()\n```")],
    ["of ticks hold tildes", "```\n~~~\ngo()\n~~~\n```", code("~~~\ngo()\n~~~")],
    [
      "may say more than a language",
      '```python title="pump.py" {1,3}\nprint(1)\n```',
      code("print(1)", "python"),
    ],
    ["may name a language of signs", "```c++\nint a;\n```", code("int a;", "c++")],
    ["close by a longer one", "```\ngo()\n`````", code("go()")],
    ["do not close by a shorter one", "````\ngo()\n```\n````", code("go()\n```")],
    [
      "do not close by one with an info string",
      "```\nsee ```js\nrun\n```js\nmore\n```",
      code("see ```js\nrun\n```js\nmore"),
    ],
    ["do not close by one set in by four", "```\ngo()\n    ```\n```", code("go()\n    ```")],
    ["may be empty", "```\n```", code("")],
    ["may be set in by up to three", "  ```\n  go()\n  ```", code("go()")],
    ["keep a heading and a list in them", "```\n# no\n- no\n```", code("# no\n- no")],
  ])("%s", (_name, text, block) => {
    expect(parseMarkdown(`${text}\nAFTER`)).toEqual([block, after]);
  });

  it("end with the list entry or the quote they stand in", () => {
    const inList = parseMarkdown("1. Do\n\n   ```sh\n   ls\n   ```\n\n2. Then\n\nAFTER");
    expect(inList).toMatchObject([
      { kind: "list", items: [[{ kind: "paragraph" }, { kind: "code", text: "ls" }], [{}]] },
      after,
    ]);
    expect(parseMarkdown("> ```\n> ls\n\nAFTER")).toEqual([
      { kind: "quote", blocks: [code("ls")] },
      after,
    ]);
  });

  it("are code to the end while their end has not come yet", () => {
    expect(parseMarkdown("Run:\n```\nls\n\nrm")).toMatchObject([
      { kind: "paragraph" },
      { kind: "code", text: "ls\n\nrm" },
    ]);
  });

  it("are text where a tick stands in the info string", () => {
    expect(parseMarkdown("``` a`b\nAFTER")).toMatchObject([{ kind: "paragraph" }]);
  });
});

it("keeps HTML as the text it is", () => {
  for (const html of ["<img src=x onerror=alert(1)>", "<script>a()</script>", "<!-- a -->"]) {
    expect(parseMarkdown(html)).toEqual([
      { kind: "paragraph", tight: false, children: [{ kind: "text", text: html }] },
    ]);
  }
});

it("makes links of http and https addresses only", () => {
  // Fails when validateLink says yes to everything.
  const kinds = (text: string) => JSON.stringify(parseMarkdown(text));
  for (const address of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "//example.com",
    "/v1/tickets",
  ]) {
    expect(kinds(`[a](${address}) <${address}> ![a](${address})`), address).not.toContain('"link"');
  }
  expect(kinds("[a](https://example.com)")).toContain('"href":"https://example.com"');
  expect(kinds("see https://example.com/a.")).toContain('"href":"https://example.com/a"');
  expect(kinds("see example.com or a@example.com")).not.toContain('"link"');
});

it("reads headings, nested lists, code, tables and rules", () => {
  const text =
    "# T\n\n- a\n  - b\n\n1. c\n\n```sh\nls *\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n---";
  expect(parseMarkdown(text)).toMatchObject([
    { kind: "heading", level: 1 },
    { kind: "list", ordered: false, items: [[{ kind: "paragraph" }, { kind: "list" }]] },
    { kind: "list", ordered: true, start: 1 },
    { kind: "code", language: "sh" },
    { kind: "table", head: [[{ text: "x" }], [{ text: "y" }]], rows: [[[{ text: "1" }], {}]] },
    { kind: "rule" },
  ]);
});

it("reads the marks within a line, and a list that begins at another number", () => {
  expect(parseMarkdown("7. **a** *b* `c` ~~d~~ &amp; \\*e")).toEqual([
    {
      kind: "list",
      ordered: true,
      start: 7,
      items: [
        [
          {
            kind: "paragraph",
            tight: true,
            children: [
              { kind: "strong", children: [{ kind: "text", text: "a" }] },
              { kind: "text", text: " " },
              { kind: "emphasis", children: [{ kind: "text", text: "b" }] },
              { kind: "text", text: " " },
              { kind: "code", text: "c" },
              { kind: "text", text: " " },
              { kind: "deleted", children: [{ kind: "text", text: "d" }] },
              { kind: "text", text: " & *e" },
            ],
          },
        ],
      ],
    },
  ]);
});

it("loses nothing of what is nested deeper than anyone writes", () => {
  // Fails when the whole tree is taken however deep: the library drops what is deeper.
  expect(JSON.stringify(parseMarkdown(`${"> ".repeat(200)}deep`))).toContain("deep");
  expect(JSON.stringify(parseMarkdown(`${"- ".repeat(200)}deep`))).toContain("deep");
});

describe("a text that grows", () => {
  const texts = [
    "# T\n\nOne *two*\nthree\n===\n\n- a\n- b\n\n  c\n1. d\n\n```js\na\n\nb\n```\nend",
    "| x |\n|---|\n| 1 |\n\n> q\nlazy\n\n    code\n\n***\n~~~\n```\n~~~\n\nSee [a] and [b](https://b.c).\n\n[a]: https://a.b/c\n",
    "a\r\n\r\n- b\r\n\r\n  ```\r\n  c\r\n  ```\r\n\rd\r\n",
  ];
  it("gives at each length the tree of the text as a whole", () => {
    // Fails when the last block too is taken as settled.
    for (const text of texts) {
      const read = createMarkdownReader();
      for (let length = 0; length <= text.length; length += 1) {
        const part = text.slice(0, length);
        expect(read(part), part).toEqual(parseMarkdown(part));
      }
    }
  });

  it("leaves its finished blocks the same objects, so that they are not built anew", () => {
    const read = createMarkdownReader();
    const [first] = read("One\n\nTwo\n\nThree");
    const again = read("One\n\nTwo\n\nThree and more");
    expect(again[0]).toBe(first);
    expect(read("Other")).toEqual(parseMarkdown("Other"));
  });
});

it("reads any sixty thousand characters to the end, however they repeat", () => {
  for (const piece of PIECES) {
    const text = `${piece.repeat(60_000 / piece.length)}\n\nEND`;
    expect(JSON.stringify(parseMarkdown(text).at(-1)), piece).toContain("END");
  }
});

const PIECES = [
  ..."*`_#<&\\![]",
  ...["**a", "[a](", "- ", "|-", "> ", "https://", "*a_ ", "1. ", "a\n", "* a\n", "<a ", "~~~\n"],
];
