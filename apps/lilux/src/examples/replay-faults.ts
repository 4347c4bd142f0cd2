import { createHash } from "node:crypto";
import { createReplayModel } from "@lilux/orchestrator";
import { type Example, type ExampleCall, LiluxError, type Prediction } from "@lilux/protocol";
import type { Finding } from "./finding.ts";
import { libraryFolders } from "./library-folders.ts";
import { openStage, type Stage } from "./open-stage.ts";

/** Examples whose calls, made again on the real library, come to something else. */
export async function replayFaults(examples: readonly Example[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { folders, close } = await libraryFolders(examples.map(({ library }) => library.id));
  try {
    for (const [name, those] of Map.groupBy(examples, ({ library }) => library.id)) {
      const library = folders[name] ?? "";
      const shared = await openStage({ library });
      for (const example of those) {
        const { id, given } = example;
        const stage = isChanging(example) ? await openStage({ library, given }) : shared;
        const problem = await replayFault(stage, example);
        if (stage !== shared) await stage.close();
        if (problem !== undefined) findings.push({ id, rule: "replay", problem });
      }
      await shared.close();
    }
  } finally {
    await close();
  }
  return findings;
}

function isChanging({ given, steps }: Example): boolean {
  const calls = steps.flatMap(({ calls: made }) => made.map(({ call }) => call));
  const writes = calls.some(({ name, arguments: of }) => name === "execute" && of.action !== "run");
  return given !== undefined || writes;
}

async function replayFault(stage: Stage, example: Example): Promise<string | undefined> {
  const recorded = example.steps.flatMap(({ calls }) => calls);
  if (recorded.length === 0) return undefined;
  const late = Promise.withResolvers<Prediction>();
  const model = createReplayModel(example, { release: late.resolve });
  const isApproved = recorded.some(({ confirm }) => confirm === "approved");
  const answer = isApproved ? "yes" : "no";
  try {
    const { calls, refused } = await stage.play(example, { model, answer, late: late.promise });
    const now = calls.map(digestOf);
    // Of a call that was refused before it began nothing but the refusal is told.
    const isRefused = ({ ok, error }: ExampleCall): boolean =>
      !ok && refused.some(({ code }) => code === error?.code);
    const at = recorded.findIndex((each) => !now.includes(digestOf(each)) && !isRefused(each));
    return at < 0 ? undefined : `call ${at + 1} comes to something else now`;
  } catch (error) {
    return LiluxError.from(error).message;
  }
}

/** Of what a call comes to; how long it took and when are no part of it. */
function digestOf({
  call,
  ok,
  result,
  error,
}: Pick<ExampleCall, "call" | "ok" | "result" | "error">): string {
  const text = JSON.stringify({ call, ok, result, code: error?.code }, (key, value: unknown) =>
    VOLATILE.has(key) ? undefined : value,
  );
  return createHash("sha256").update(text.replace(KEPT_VERSION, "kept")).digest("hex");
}

/** A kept version is named by when it was replaced. */
const KEPT_VERSION = /\d{8}T\d{9}Z-[0-9a-f]{12}/g;

const VOLATILE = new Set([
  "durationMs",
  "score",
  "why",
  "outputFile",
  "path",
  "createdAt",
  "updatedAt",
  "runId",
]);
