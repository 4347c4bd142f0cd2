// `npm run test:python-client`: the Python client as people get it. Its wheel is built and unpacked outside
// of the checkout; its types are checked, its tests run with that, and with `--live` both examples before a
// Lilux of their own, too.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLilux } from "./lilux-for-tests.mjs";
import { ensurePythonEnvironment, must } from "./python-environment.mjs";
import { prepare, root } from "./toolchain.mjs";

const CLIENT = join(root, "clients", "python");
const python = ensurePythonEnvironment({
  name: "python-client",
  requirements: join(CLIENT, "test-requirements.txt"),
  what: "pytest and mypy",
});
const outside = mkdtempSync(join(tmpdir(), "lilux-python-client-"));

function runs(args, settings = {}) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONPATH: outside, ...settings };
  delete env.LILUX_API_KEY;
  const done = spawnSync(python, args, { cwd: CLIENT, stdio: "inherit", env });
  return done.status ?? 1;
}

try {
  const alone = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"];
  must(python, ["-m", "pip", "wheel", ...alone, "-w", outside, CLIENT]);
  const wheel = readdirSync(outside).find((name) => name.endsWith(".whl"));
  must(python, [
    "-m",
    "pip",
    "install",
    ...alone.slice(0, 3),
    "--target",
    outside,
    join(outside, wheel),
  ]);
  // What is tested is what was installed, and it says that it has types.
  const installed = `import lilux_client, pathlib; p = pathlib.Path(lilux_client.__file__).parent; assert str(p).startswith(${JSON.stringify(outside)}) and (p / "py.typed").exists(), p`;
  const cache = ["--cache-dir", join(outside, "mypy")];
  process.exitCode =
    runs(["-c", installed]) ||
    runs(["-m", "mypy", ...cache], { MYPYPATH: join(CLIENT, "tests") }) ||
    runs(["-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "tests"]);
  if (process.exitCode === 0 && process.argv.includes("--live")) {
    process.exitCode = await withLilux(prepare(), {}, (url) => {
      const here = { LILUX_URL: url };
      return (
        runs(["examples/ask.py", "What can you do?"], here) ||
        runs(["examples/type_ahead.py", "find email scripts"], here)
      );
    });
  }
} finally {
  rmSync(outside, { recursive: true, force: true });
}
