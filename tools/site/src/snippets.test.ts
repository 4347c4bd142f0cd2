import { expect, test } from "vitest";
import { regionOf, renewSnippets } from "./snippets.ts";

test("a block that names a file is renewed from it, whole or by region, and no other is touched", () => {
  const files: Record<string, string> = {
    "a.sh": "# first\n# #region two\n  one\n    two\n# #endregion\nlast\n",
  };
  const page = "a\n\n```sh file=a.sh#two\nold\n```\n\n````sh file=a.sh\n````\n\n```sh\nown\n```\n";
  expect(renewSnippets(page, (path) => files[path] ?? "")).toBe(
    `a\n\n\`\`\`sh file=a.sh#two\none\n  two\n\`\`\`\n\n\`\`\`\`sh file=a.sh\n${files["a.sh"]}\`\`\`\`\n\n\`\`\`sh\nown\n\`\`\`\n`,
  );
  expect(() => regionOf("a\n", "gone", "a.sh")).toThrow('a.sh has no region "gone".');
});
