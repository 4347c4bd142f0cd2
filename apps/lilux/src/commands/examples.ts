import { writeFile } from "node:fs/promises";

import { renderExample } from "@lilux/orchestrator";
import { createParser, Example, LiluxError } from "@lilux/protocol";

import type { CommandContext } from "../command-context.ts";
import { captureCases, captureDrafts } from "../examples/capture-draft.ts";
import { checkExamples, describeFindings } from "../examples/check-examples.ts";
import { exampleDraft } from "../examples/example-draft.ts";
import { libraryFolders } from "../examples/library-folders.ts";
import { readCaseSets } from "../examples/read-case-sets.ts";
import { readRows, rowsText } from "../examples/read-rows.ts";
import { EXIT } from "../exit-codes.ts";
import { textOption } from "./text-option.ts";

const example = createParser(Example, "example");

/** `lilux examples capture`: drafts played through the real system, as examples. */
export async function captureExamples(
  { print }: CommandContext,
  files: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const text = textOption(options);
  const drafts = (await Promise.all(files.map((file) => readRows(file, exampleDraft)))).flat();
  const { folders, close } = await libraryFolders(drafts.map(({ library }) => library));
  try {
    const how = {
      libraries: folders,
      author: text("author") ?? "lilux",
      date: text("date") ?? new Date().toISOString().slice(0, 10),
    };
    if (options["cases"] === true) {
      await writeFile(text("out") ?? "", rowsText(await captureCases(drafts, how)));
      return EXIT.ok;
    }
    const { examples, failures } = await captureDrafts(drafts, how);
    await writeFile(text("out") ?? "", rowsText(examples));
    print([`${examples.length} examples in ${text("out") ?? ""}`, ...failures].join("\n"));
    if (failures.length > 0) return EXIT.failed;
  } finally {
    await close();
  }
  return EXIT.ok;
}

/** `lilux examples check`: what is wrong with each, by rules. */
export async function checkExampleFiles(
  { json, print }: CommandContext,
  files: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const examples = await readExamples(files);
  const replays = options["replay"] === true;
  const { against = [] } = options;
  const named = Array.isArray(against) ? against.map(String) : [];
  const findings = await checkExamples(examples, { replays, against: await readCaseSets(named) });
  print(json ? JSON.stringify(findings, null, 2) : describeFindings(examples, findings));
  return findings.length === 0 ? EXIT.ok : EXIT.failed;
}

/** `lilux examples render`: the messages that a model server is sent for them, and their answers. */
export async function renderExamples(
  { print }: CommandContext,
  files: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const text = textOption(options);
  const rows: unknown[] = [];
  for (const each of await readExamples(files)) {
    const { category, behaviour, splitKey, source, licence } = each;
    for (const round of await renderExample(each)) {
      rows.push({ ...round, category, behaviour, splitKey, source, licence });
    }
  }
  const out = text("out");
  if (out === undefined) print(rowsText(rows).trimEnd());
  else await writeFile(out, rowsText(rows));
  return EXIT.ok;
}

async function readExamples(files: readonly string[]): Promise<Example[]> {
  const examples = (await Promise.all(files.map((file) => readRows(file, example)))).flat();
  if (examples.length > 0) return examples;
  throw new LiluxError("invalid_request", { message: "There are no examples in these files." });
}
