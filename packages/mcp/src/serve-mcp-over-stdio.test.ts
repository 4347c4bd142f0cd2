import { PassThrough } from "node:stream";
import { SILENT_LOG } from "@lilux/core/telemetry";
import { executeDeadlines } from "@lilux/protocol";
import type { KiwiCallOptions } from "@lilux/rpc";
import { expect, test } from "vitest";
import { type StdioDeps, serveMcpOverStdio } from "./serve-mcp-over-stdio.ts";

const INITIALIZE = JSON.stringify({
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "host", version: "1" },
  },
});
const HELP =
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"help","arguments":null}}';

const nobody = async (): Promise<never> => {
  throw new Error("nothing is asked of the library here");
};
const NO_LIBRARY = { search: nobody, load: nobody, listItems: nobody, async *execute() {} };

/** What the server writes to a host that writes these chunks. */
async function answersTo(
  chunks: Buffer[],
  count: number,
  given: Partial<Pick<StdioDeps, "executeMsMax" | "kiwi" | "approvals">> = {},
): Promise<unknown[]> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  const deps = { kiwi: NO_LIBRARY, ...given, logger: SILENT_LOG, input, output, signal };
  const served = serveMcpOverStdio(deps);
  for (const chunk of chunks) input.write(chunk);
  const answers: unknown[] = [];
  let text = "";
  for await (const chunk of output) {
    text += String(chunk);
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    answers.push(...lines.map((line): unknown => JSON.parse(line)));
    if (answers.length >= count) break;
  }
  input.end();
  await served;
  return answers;
}

const bytes = (text: string): Buffer => Buffer.from(`${text}\n`);
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

test.each<[string, Buffer[]]>([
  ["no mark", [bytes(INITIALIZE)]],
  ["a mark before the first line", [Buffer.concat([MARK, bytes(INITIALIZE)])]],
  ["a mark on its own", [MARK, bytes(INITIALIZE)]],
  [
    "a mark in pieces",
    [MARK.subarray(0, 1), MARK.subarray(1, 2), MARK.subarray(2), bytes(INITIALIZE)],
  ],
])("a host that writes %s is answered", async (_what, chunks) => {
  // Fails when the input is read as it is.
  const answers = await answersTo(chunks, 1);
  expect(answers).toMatchObject([{ id: 0, result: { serverInfo: { name: "lilux" } } }]);
});

test("a tool may be called with arguments of null", async () => {
  const answers = await answersTo([bytes(INITIALIZE), bytes(HELP)], 2);
  expect(answers[1]).toMatchObject({ id: 1, result: { structuredContent: { topic: "overview" } } });
});

const EXECUTE = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: {
    name: "execute",
    arguments: { item_type: "script", item_id: "slow", action: "run", parameters: {} },
  },
});

test.each([undefined, 3_600_000])(
  "a script is waited for as long as the door before it waits, and longer (LILUX_EXECUTE_MS_MAX %s)",
  async (executeMsMax) => {
    const waits: (number | undefined)[] = [];
    const kiwi = {
      ...NO_LIBRARY,
      execute(_request: unknown, options?: KiwiCallOptions) {
        waits.push(options?.deadlineMs);
        return NO_LIBRARY.execute();
      },
    };
    await answersTo([bytes(INITIALIZE), bytes(EXECUTE)], 2, { kiwi, executeMsMax });
    // Fails when the limit is read nowhere, or is the one of who stands before the tool core.
    expect(waits).toEqual([executeDeadlines(executeMsMax).client]);
  },
);

const requestOf = (id: number, method: string, params: object): Buffer =>
  bytes(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
const APPROVAL_ID = `a_${"A".repeat(22)}`;

// Mutants: `mayApprove` is not asked; a client that cannot ask is taken for a yes.
test.each([true, false])(
  "the approvers' tools are listed for who may approve (%s), and no yes is said without a person",
  async (mayApprove) => {
    const answered: object[] = [];
    const approvals = {
      mayApprove: async () => mayApprove,
      waitingFor: async () => [],
      toAnswer: async () => {
        const call = {
          name: "execute",
          arguments: { item_type: "script", item_id: "flush", action: "delete" },
        } as const;
        const times = { askedAt: 0, expiresAt: 1 };
        const asked = { callId: "c", effect: "destructive", reason: "", askedBy: "ada" } as const;
        return { approvalId: APPROVAL_ID, call, ...asked, ...times };
      },
      answer: async (_by: unknown, given: object) => void answered.push(given),
    };
    const answerTo = (id: number, approve: boolean) =>
      requestOf(id, "tools/call", {
        name: "answer_approval",
        arguments: { approvalId: APPROVAL_ID, approve },
      });
    const chunks = [bytes(INITIALIZE), requestOf(1, "tools/list", {})];
    const answers = await answersTo([...chunks, answerTo(2, true), answerTo(3, false)], 4, {
      approvals,
    });
    const of = (id: number) => answers.find((answer) => (answer as { id: number }).id === id);
    const { tools } = (of(1) as { result: { tools: { name: string }[] } }).result;
    expect(tools.some(({ name }) => name === "answer_approval")).toBe(mayApprove);
    expect(of(2)).toMatchObject({
      result: { isError: true, _meta: { "lilux/error": { code: "confirm_required" } } },
    });
    expect(of(3)).toMatchObject({ result: { structuredContent: { answered: "no" } } });
    expect(answered).toEqual([{ approvalId: APPROVAL_ID, approve: false }]);
  },
);
