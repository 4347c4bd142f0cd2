import { expect, it } from "vitest";
import { parseMarkdown } from "./parse-markdown.ts";

it("keeps HTML as the text it is", () => {
  expect(parseMarkdown("<img src=x onerror=alert(1)>")).toEqual([
    { kind: "paragraph", lines: [[{ kind: "text", text: "<img src=x onerror=alert(1)>" }]] },
  ]);
});

it("makes links of http and https addresses only", () => {
  // Fails when the address may begin with anything but https?://.
  const kinds = (text: string) => JSON.stringify(parseMarkdown(text));
  expect(kinds("[a](javascript:alert(1))")).not.toContain('"link"');
  expect(kinds("[a](data:text/html,x)")).not.toContain('"link"');
  expect(kinds("[a](https://example.com)")).toContain('"href":"https://example.com"');
  expect(kinds("see https://example.com/a.")).toContain('"href":"https://example.com/a"');
});

it("reads headings, lists, code and tables", () => {
  const text = "# T\n\n- a\n  - b\n\n1. c\n\n```sh\nls *\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |";
  expect(parseMarkdown(text).map(({ kind }) => kind)).toEqual([
    "heading",
    "list",
    "list",
    "code",
    "table",
  ]);
});

it("takes an unfinished fence as code, as it looks while streaming", () => {
  expect(parseMarkdown("Run:\n```\nls")).toMatchObject([
    { kind: "paragraph" },
    { kind: "code", text: "ls" },
  ]);
});

it("reads any sixty thousand characters in well under a second", () => {
  for (const piece of ["*", "**a", "`", "[", "[a](", "_", "- ", "|-", "> ", "https://", "#"]) {
    const started = performance.now();
    parseMarkdown(piece.repeat(60_000 / piece.length));
    expect(performance.now() - started, piece).toBeLessThan(1_000);
  }
});
