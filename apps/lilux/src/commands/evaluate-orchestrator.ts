import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createOpenAiModel, type LanguageModel } from "@lilux/orchestrator";
import { createParser, ExampleCase, LiluxError } from "@lilux/protocol";
import { CHECKOUT } from "../checkout.ts";
import type { CommandContext } from "../command-context.ts";
import {
  ALWAYS_THERE,
  type ContenderRole,
  readContender,
} from "../evaluate/orchestrator/contender.ts";
import { evaluateModels } from "../evaluate/orchestrator/evaluate-models.ts";
import { modelsPage, modelsText } from "../evaluate/orchestrator/render-models.ts";
import { libraryFolders } from "../examples/library-folders.ts";
import { readRows } from "../examples/read-rows.ts";
import { EXIT } from "../exit-codes.ts";
import { textOption } from "./text-option.ts";

const exampleCase = createParser(ExampleCase, "case");
const CASES = join(CHECKOUT, "training", "orchestrator", "evaluation");

/** `lilux eval orchestrator`: whole turns with models, on the real tool core, judged by what happened. */
export async function evaluateOrchestratorCommand(
  { json, print }: CommandContext,
  models: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const text = textOption(options);
  const told = {
    tokensMax: wholeNumber("tokens", text("tokens")),
    temperature: temperatureOf(text("temperature")),
    times: wholeNumber("times", text("times")),
    role: roleOf(text("role")),
  };
  const contenders = (models.length === 0 ? ALWAYS_THERE : models).map((each) =>
    readContender(each, told),
  );
  const all = await readCases(text("cases") ?? CASES);
  const category = text("part");
  const chosen = all.filter((each) => category === undefined || each.category === category);
  const cases = spread(chosen, Number(text("limit") ?? chosen.length));
  if (cases.length === 0) {
    throw new LiluxError("invalid_request", { message: `There are no cases of "${category}".` });
  }
  const { folders, close } = await libraryFolders(cases.map(({ library }) => library.id));
  try {
    const onProgress = options["progress"] === true ? (line: string) => print(line) : undefined;
    const reports = await evaluateModels({
      cases,
      contenders,
      libraries: folders,
      judge: judgeOf(text("judge")),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const report = text("report");
    if (report !== undefined) {
      await mkdir(report, { recursive: true });
      await writeFile(join(report, "report.json"), `${JSON.stringify(reports, null, 2)}\n`);
      await writeFile(join(report, "report.html"), modelsPage(reports));
    }
    print(json ? JSON.stringify(reports, null, 2) : modelsText(reports));
  } finally {
    await close();
  }
  return EXIT.ok;
}

/** Written as contenders are; it is asked for its likeliest words. */
function judgeOf(text: string | undefined): LanguageModel | undefined {
  if (text === undefined) return undefined;
  const settings = readContender(text).configs?.[0]?.languageModel;
  if (settings !== undefined) return createOpenAiModel(settings);
  throw new LiluxError("invalid_request", {
    message: `--judge takes a server's model, such as name=http://127.0.0.1:8000/v1#model; ${text} cannot judge.`,
    details: { field: "judge" },
  });
}

async function readCases(place: string): Promise<ExampleCase[]> {
  const files = place.endsWith(".jsonl")
    ? [place]
    : (await readdir(place))
        .filter((name) => name.endsWith(".jsonl"))
        .sort()
        .map((name) => join(place, name));
  return (await Promise.all(files.map((file) => readRows(file, exampleCase)))).flat();
}

/** So many, evenly from the first to the last, so that every part has some. */
function spread<T>(all: readonly T[], count: number): T[] {
  if (!(count >= 1) || count >= all.length) return [...all];
  const step = all.length / Math.floor(count);
  return all.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new LiluxError("invalid_request", {
    message: `--${option} takes a whole number from 1; "${text}" is none.`,
    details: { field: option },
  });
}

function roleOf(text: string | undefined): ContenderRole | undefined {
  if (text === undefined || text === "decide" || text === "all") return text;
  throw new LiluxError("invalid_request", {
    message: `--role takes decide or all; "${text}" is neither.`,
    details: { field: "role" },
  });
}

function temperatureOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && number >= 0 && number <= 2) return number;
  throw new LiluxError("invalid_request", {
    message: `--temperature takes a number from 0 to 2; "${text}" is none.`,
    details: { field: "temperature" },
  });
}
