// `npm run test:training`: the Python tests of training/, in a small environment of
// their own under .toolchain; or in the one whose Python LILUX_TRAINING_PYTHON names,
// which, with training/router/requirements.txt in it, runs those that need torch as well.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { root } from "./toolchain.mjs";

const tests = (name) => join(root, "training", name, "tests");
const python =
  process.env.LILUX_TRAINING_PYTHON ??
  ensurePythonEnvironment({
    name: "training-tests",
    requirements: join(root, "training", "tests-requirements.txt"),
    what: "pytest",
  });
// One after the other: each has modules of its own under names that the other has, too.
for (const name of ["router", "orchestrator"]) {
  const done = spawnSync(python, ["-m", "pytest", "-q", "-p", "no:cacheprovider", tests(name)], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  process.exitCode ||= done.status ?? 1;
}
