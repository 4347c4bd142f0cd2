import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kiwiConfig, sandboxOptions, type TriedWatching, tryWatching } from "@lilux/kiwi";
import { examineLanguageModel, orchestratorConfig } from "@lilux/orchestrator";
import { BrokenItem, createParser, LiluxError, TeachListed } from "@lilux/protocol";
import { checkSandbox } from "@lilux/sandbox";
import { Type } from "typebox";
import { CHECKOUT } from "../checkout.ts";
import type { CommandContext } from "../command-context.ts";
import { findProgram } from "../distributed/program-path.ts";
import { prepareProject } from "../embedded/prepare-project.ts";
import type { Environment } from "../environment.ts";
import { EXIT } from "../exit-codes.ts";
import { line, type Styled, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { askInstance, type Finding } from "./ask-instance.ts";
import { instanceUrl, isNamed, withInstance } from "./instance.ts";
import { summaryOf } from "./library-show.ts";

const brokenParser = createParser(
  Type.Object({ total: Type.Integer(), broken: Type.Array(BrokenItem) }),
  "the instance's answer",
  "internal",
);

const taughtParser = createParser(TeachListed, "the instance's answer", "internal");

/**
 * `lilux doctor`: what works on this machine and with this library, and what to mend. An instance
 * that answers is asked; what this shell says is told only where none does, or where it is this machine's.
 */
export async function doctor({ env, json, print }: CommandContext): Promise<number> {
  const instance = await askInstance(env);
  const isElsewhere = instance !== undefined && isNamed(env);
  const findings = [
    ...checkMachine(env).filter(({ check }) => !isElsewhere || check === "node"),
    ...(isElsewhere ? [] : [await checkScripts(env), checkModel(env)]),
    ...(instance ?? []),
    ...(await checkLibrary(env)),
    ...(await checkWatching(env)),
    ...(instance === undefined ? await checkLanguageModel(env) : []),
  ];
  if (json) print(JSON.stringify({ findings }, null, 2));
  else for (const finding of findings) print(describe(finding));
  return findings.some(({ state }) => state === "bad") ? EXIT.failed : EXIT.ok;
}

function describe({ check, state, detail, fix }: Finding): Styled {
  const mark = { good: style.green("✓"), warn: style.yellow("!"), bad: style.red("✗") }[state];
  return line`${mark} ${check}: ${detail}${fix === undefined ? "" : line`\n    ${style.dim(fix)}`}`;
}

function checkMachine(env: Environment): Finding[] {
  const path = env["PATH"] ?? "";
  const program = (name: string, why: string, fix: string): Finding => {
    const found = findProgram(name, path);
    return found === undefined
      ? { check: name, state: "warn", detail: `missing; ${why}`, fix }
      : { check: name, state: "good", detail: found };
  };
  return [
    { check: "node", state: "good", detail: process.version },
    program("python3", "scripts cannot run", "Install Python 3.9 or newer."),
    program("nats-server", "only embedded mode works", "Install nats-server for distributed mode."),
    program(
      "redis-server",
      "only embedded mode works",
      "Install redis-server for distributed mode.",
    ),
  ];
}

/** The sandbox is tried as the service tries it, self-test and all. */
async function checkScripts(env: Environment): Promise<Finding> {
  const check = "sandbox";
  const tried = await checkSandbox(sandboxOptions(kiwiConfig(env)));
  if (tried.available) {
    return { check, state: "good", detail: `${tried.name}; memory of a run: ${tried.memory}` };
  }
  const fix =
    "Install bubblewrap. Alone on your own machine you may set LILUX_UNSANDBOXED_SCRIPTS=single-user.";
  return { check, state: "warn", detail: `scripts are refused: ${tried.reason}`, fix };
}

function checkModel(env: Environment): Finding {
  const directory = env["LILUX_MODEL_DIR"] ?? join(CHECKOUT, "models", "router-encoder");
  const manifest = join(directory, "manifest.json");
  if (!existsSync(manifest)) {
    const fix =
      "Set LILUX_MODEL_DIR to a folder with manifest.json, or restore models/router-encoder.";
    return { check: "router model", state: "bad", detail: `no manifest in ${directory}`, fix };
  }
  const { name, version } = JSON.parse(readFileSync(manifest, "utf8")) as {
    name: string;
    version: string;
  };
  return { check: "router model", state: "good", detail: `${name} ${version}` };
}

async function checkLibrary(env: Environment): Promise<Finding[]> {
  const check = "library";
  try {
    const { total, broken, taught } = await withInstance(env, async (client) => ({
      ...brokenParser.parse(await client.request({ path: "/v1/items?limit=1" })),
      taught: await checkTeaching(client),
    }));
    const where = isNamed(env)
      ? instanceUrl(env)
      : prepareProject(env, process.cwd(), CHECKOUT).path;
    const summary: Finding = { check, state: "good", detail: `${total} items in ${where}` };
    const mending = broken.map(
      ({ path, line, column, cause, fix }): Finding => ({
        check: "item",
        state: "bad",
        detail: `${path}:${line}:${column} ${cause}`,
        fix,
      }),
    );
    return [summary, taught, ...mending];
  } catch (error) {
    const { message } = LiluxError.from(error);
    return [{ check, state: "bad", detail: message }];
  }
}

/** How far the language model has come with lines for the items; one that waits says for what. */
async function checkTeaching(client: RestClient): Promise<Finding> {
  const check = "teaching";
  try {
    const listed = taughtParser.parse(await client.request({ path: "/v1/phrasings?limit=1" }));
    const state = listed.teaching.state === "waiting" ? "warn" : "good";
    return { check, state, detail: summaryOf(listed) };
  } catch (error) {
    return { check, state: "warn", detail: LiluxError.from(error).message };
  }
}

/** Only of a library on this machine; one elsewhere has a log and a gauge that say it. */
async function checkWatching(env: Environment): Promise<Finding[]> {
  if (isNamed(env)) return [];
  const project = prepareProject(env, process.cwd(), CHECKOUT).path;
  return watchFindings(await tryWatching(kiwiConfig({ ...env, LILUX_PROJECT: project })));
}

/** What is not watched is looked at again and again: right, but later, and with more work. */
export function watchFindings(tried: readonly TriedWatching[]): Finding[] {
  return tried.map(({ folder, mode }): Finding => {
    const check = "watching";
    if (mode.kind === "watching") return { check, state: "good", detail: folder };
    return {
      check,
      state: "warn",
      detail: `${folder} is polled: the system refuses to watch all of it (${mode.refusal})`,
      fix: "Raise the sysctl fs.inotify.max_user_watches (for EMFILE: max_user_instances).",
    };
  });
}

/** The server is asked, and what it takes is tried, as the service does. */
async function checkLanguageModel(env: Environment): Promise<Finding[]> {
  const check = "language model";
  const reports = await examineLanguageModel(orchestratorConfig(env));
  if (reports.length === 0) {
    const fix =
      "Set LILUX_LLM_URL to any OpenAI-compatible server, or serve a small one here: lilux model add orchestrator-small, then lilux up --local-model.";
    const detail = "none; the built-in one answers from results only";
    return [{ check, state: "warn", detail, fix }];
  }
  return reports.flatMap(({ pool, probes }) =>
    probes.map(({ probe, ...found }) => ({
      check: `${check}${pool === "main" ? "" : ` ${pool}`}, ${probe}`,
      ...found,
    })),
  );
}
