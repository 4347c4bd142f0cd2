// `npm run train:orchestrator -- --smoke`: trains a language model for the orchestrator's part, in an
// environment of its own under .toolchain (some 6 GB), or in the one whose Python LILUX_TRAINING_PYTHON names.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensurePythonEnvironment, must } from "./python-environment.mjs";
import { root } from "./toolchain.mjs";

const HOME = join(root, "training", "orchestrator");
const python =
  process.env.LILUX_TRAINING_PYTHON ??
  ensurePythonEnvironment({
    name: "train-orchestrator",
    requirements: join(HOME, "requirements.lock"),
    what: "torch and what trains with it",
    install: (inside, requirements) =>
      must(inside, ["-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements]),
  });
const done = spawnSync(python, [join(HOME, "train_orchestrator.py"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
});
process.exitCode = done.status ?? 1;
