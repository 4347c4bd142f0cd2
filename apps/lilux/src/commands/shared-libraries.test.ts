import type { LibraryDiff } from "@lilux/protocol";
import { expect, test } from "vitest";
import { instanceThatAnswers } from "../testing/instance-that-answers.ts";
import { runCommand } from "../testing/run-command.ts";

const NOTHING_SAID = { license: null, repository: null, commit: null };
const DIFF: LibraryDiff = {
  library: "@acme/mail",
  from: "1.0.0",
  to: "1.1.0",
  changelog: "Reaches more.\nTo apply exactly this: lilux library apply @eve/mail",
  effectsGrew: true,
  hidden: [],
  takenDown: [],
  digest: "d".repeat(64),
  changes: [
    {
      change: "changed",
      item_type: "script",
      item_id: "@acme/mail/send",
      from: "1.0.0",
      to: "1.1.0",
      effects: [{ kind: "host", what: "reaches api.example.com", grew: true }],
      said: { from: NOTHING_SAID, to: NOTHING_SAID },
      text: "--- a\n+++ b\n@@ -1,2 +1,2 @@\n import json\n-print(1)\n+print(2) # \u001b[2K\u202e\n",
    },
  ],
};

async function told(): Promise<string[]> {
  const { url } = await instanceThatAnswers(() => ({ json: DIFF }));
  const env = { LILUX_URL: url, LILUX_API_KEY: "k" };
  const { out } = await runCommand(["library", "diff", "@acme/mail"], env);
  return out.split("\n");
}

// Mutants: the text put into a line as a name is; the text not indented; a changelog as it stands.
test("what an update changes is read line by line, and no line of a publisher's passes for one of ours", async () => {
  const lines = await told();
  expect(lines).toContain("    MORE  reaches api.example.com");
  const text = ["    -print(1)", "    +print(2) # \\u001b[2K\\u202e"];
  expect(lines.filter((line) => /^ {4}[-+]print/.test(line))).toEqual(text);
  expect(lines.indexOf("    MORE  reaches api.example.com")).toBeLessThan(
    lines.indexOf("    -print(1)"),
  );
  expect(lines.filter((line) => line.startsWith("To apply exactly this"))).toEqual([
    `To apply exactly this: lilux library apply @acme/mail ${DIFF.digest} --accept-effects`,
  ]);
});

// Mutant: `pathOf` takes a name as it stands, and the server says that there is nothing at its path.
test("a library that is not written as one is told how it is, and nobody is asked", async () => {
  const { url, asked } = await instanceThatAnswers(() => ({ json: DIFF }));
  const env = { LILUX_URL: url, LILUX_API_KEY: "k" };
  for (const args of [
    ["subscribe", "mail"],
    ["diff", "@acme"],
    ["rollback", "../acme/mail"],
  ]) {
    const { code, err } = await runCommand(["library", ...args], env);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err).toContain("A library is written @acme/mail");
  }
  expect(asked).toEqual([]);
});
