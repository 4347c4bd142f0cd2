// `npm run test:kubernetes`: deploy/k8s as Kubernetes' own programs see it. Needs kubectl or kustomize, and
// Python with a package index for the schemas; says what it could not do, and fails for it.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { ensurePythonEnvironment } from "./python-environment.mjs";
import { prepare, root, toolchainEnv } from "./toolchain.mjs";

const tools = prepare();
const python = ensurePythonEnvironment({
  name: "kubernetes-schemas",
  requirements: join(root, "tools", "kubernetes", "requirements.txt"),
  what: "the schemas of Kubernetes",
});
const main = join(root, "tools", "kubernetes", "src", "main.ts");
const validate = join(dirname(python), "kubernetes-validate");
const done = spawnSync(tools.nodePath, ["--no-warnings", main, validate], {
  cwd: root,
  stdio: "inherit",
  env: toolchainEnv(tools),
});
process.exitCode = done.status ?? 1;
