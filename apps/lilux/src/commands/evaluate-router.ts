import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import { CHECKOUT } from "../checkout.ts";
import type { CommandContext } from "../command-context.ts";
import { runEvaluateCommand } from "../evaluate/evaluate-command.ts";
import { EXIT } from "../exit-codes.ts";
import { textOption } from "./text-option.ts";

function sizesOf(given: string | undefined): number[] | undefined {
  if (given === undefined) return undefined;
  const sizes = given.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new LiluxError("invalid_request", {
    message: "--sizes takes whole numbers above 0, with commas: 1,5,100.",
  });
}

/** `lilux eval router`: the product's own runtime on lines with known answers. */
export async function evaluateRouterCommand(
  { env, json, print }: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const text = textOption(options);
  await runEvaluateCommand({
    items: text("items"),
    project: text("project"),
    data: text("data"),
    ids: options["ids"] === true,
    sizes: sizesOf(text("sizes")),
    distractors: text("distractors"),
    prefixes: options["prefixes"] === true,
    labels: options["labels"] === true,
    dumpFeatures: text("dumpFeatures"),
    learnt: options["learnt"] === true,
    phrasings: text("phrasings"),
    curve: options["learningCurve"] === true,
    report: text("report"),
    modelDirectory: env["LILUX_MODEL_DIR"] ?? join(CHECKOUT, "models", "router-encoder"),
    json,
    print,
  });
  return EXIT.ok;
}
