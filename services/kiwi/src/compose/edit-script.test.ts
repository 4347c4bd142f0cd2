import { describe, expect, it } from "vitest";
import { editScript } from "./edit-script.ts";

describe("editScript", () => {
  it.each([
    ['__version__ = VERSION = "1.0.0"', '__version__ = VERSION = "2.0.0"'],
    ['__version__: str = "1.0.0"  # kept', '__version__: str = "2.0.0"  # kept'],
    ['import os; __version__ = "1.0.0"; x = 1', 'import os; __version__ = "2.0.0"; x = 1'],
    ['__version__ = ("1"\n    ".0.0")', '__version__ = "2.0.0"'],
  ])("changes the value alone of %s", (before, after) => {
    const text = (line: string): string => `"""Doc."""\n${line}\nprint(__version__)\n`;
    expect(editScript(text(before), "it", { version: "2.0.0" })).toBe(text(after));
  });

  it("puts a new constant below the statements that share the last one's line", () => {
    const text = '__version__ = "1.0.0"; TEXT = """\n__effect__\n"""\nprint(TEXT)\n';
    expect(editScript(text, "it", { effect: "read" })).toBe(
      '__version__ = "1.0.0"; TEXT = """\n__effect__\n"""\n\n__effect__ = "read"\n\nprint(TEXT)\n',
    );
  });

  it.each([1e20, 9007199254740992, -1e300])("a default of %d is read back", (number) => {
    const inputs = [{ name: "n", type: "number" as const, required: false, default: number }];
    const text = editScript("print(1)\n", "it", { inputs });
    expect(editScript(text, "it", { inputs })).toBe(text);
  });
});
