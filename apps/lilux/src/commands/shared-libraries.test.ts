import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LibraryDiff } from "@lilux/protocol";
import { expect, onTestFinished, test } from "vitest";
import { onTerminal } from "../output/create-print.ts";
import type { Styled } from "../output/styled.ts";
import { diffLibrary } from "./shared-libraries.ts";

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
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(DIFF)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const printed: string[] = [];
  const print = (text: string | Styled): void => void printed.push(onTerminal(text));
  const env = { LILUX_URL: `http://127.0.0.1:${port}`, LILUX_API_KEY: "k" };
  await diffLibrary({ env, json: false, print, note: print }, ["@acme/mail"]);
  return printed.join("\n").split("\n");
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
