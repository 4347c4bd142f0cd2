import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeInSandbox } from "@lilux/sandbox/testing";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, it, vi } from "vitest";
import { buildWheel } from "../testing/build-wheel.ts";
import { scriptSettingsOf } from "../testing/script-settings-of.ts";
import { errorOf, type StartedKiwi, startKiwi } from "../testing/start-kiwi.ts";

const run = (item_id = "it") => ({
  arguments: { item_type: "script" as const, item_id, action: "run" as const },
});

const inline = (dependencies: string[], body: string): string =>
  `# /// script\n# dependencies = ${JSON.stringify(dependencies)}\n# ///\nimport json\n${body}`;

const SAYS = "import greeting; print(json.dumps({'says': greeting.says}))";

/** A service with a folder of wheels for an index, and an empty cache. */
async function start(options: { packages: string; scripts: Record<string, string> }) {
  const folder = await temporaryDirectory();
  await chmod(folder.path, 0o755);
  const wheels = join(folder.path, "wheels");
  const cache = join(folder.path, "cache");
  await mkdir(wheels);
  for (const version of ["1.0", "1.1", "2.0"]) {
    await buildWheel(wheels, { name: "greeting", version, module: `says = "${version}"\n` });
  }
  await buildWheel(wheels, {
    name: "polite",
    version: "1.0",
    module: "import greeting\nsays = greeting.says\n",
    requires: ["greeting>=1"],
  });
  const scripts = Object.entries(options.scripts).map(([id, text]) => [
    `project/.ai/scripts/${id}.py`,
    text,
  ]);
  const config = scriptSettingsOf({
    LILUX_SCRIPT_PACKAGES: options.packages,
    LILUX_PACKAGES_DIR: cache,
    PIP_FIND_LINKS: wheels,
    PIP_NO_INDEX: "1",
  });
  const started: StartedKiwi = await startKiwi(Object.fromEntries(scripts), config);
  return {
    started,
    wheels,
    cached: async () =>
      (await readdir(join(cache, "environments")).catch(() => [])).filter(
        (name) => !name.startsWith("."),
      ),
    left: async () => readdir(join(cache, "environments")).catch(() => []),
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}

// pip starts Python six times for one environment: seconds, and more on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

describeInSandbox("declared dependencies", () => {
  // Mutant: do not hand pip the list as constraints, and 2.0 is installed.
  it("installs what is declared, within what is allowed, and not for itself alone", async () => {
    const text = inline(["greeting>=1"], SAYS);
    await using kiwi = await start({
      packages: "greeting<2",
      scripts: { it: text, same: `${text}\n`, pinned: inline(["greeting==1.1"], SAYS) },
    });
    const first = await kiwi.started.execute(run());
    expect(first.result.data).toEqual({ says: "1.1" });
    expect(first.progress).toEqual(["installing greeting …"]);
    // No index any more: what is there is used.
    await rm(kiwi.wheels, { recursive: true });
    const second = await kiwi.started.execute(run("same"));
    expect(second).toMatchObject({ result: { data: { says: "1.1" } }, progress: [] });
    expect(await kiwi.cached()).toHaveLength(1);
  });

  // Mutant: forget `running`, and there are two progress lines' worth of installations.
  it("installs once for all who ask at once, and the same lock is one environment", async () => {
    await using kiwi = await start({
      packages: "greeting<2",
      scripts: {
        it: inline(["greeting"], SAYS),
        other: inline(["greeting"], SAYS),
        pinned: inline(["greeting==1.1"], SAYS),
      },
    });
    const ids = ["it", "other", "pinned"];
    const results = await Promise.all(ids.map((id) => kiwi.started.execute(run(id))));
    for (const { result } of results) expect(result.data).toEqual({ says: "1.1" });
    expect(await kiwi.left()).toEqual(await kiwi.cached());
    expect(await kiwi.cached()).toHaveLength(1);
  });

  it("takes __dependencies__ as well, and never what is only imported", async () => {
    await using kiwi = await start({
      packages: "greeting",
      scripts: {
        it: `__dependencies__ = ["greeting==1.0"]\nimport json\n${SAYS}`,
        imports: `import json\n${SAYS}`,
      },
    });
    expect((await kiwi.started.execute(run())).result.data).toEqual({ says: "1.0" });
    expect((await kiwi.started.execute(run("imports"))).result.status).toBe("error");
  });

  it.each([
    ["", "greeting", ["greeting"]],
    ["greeting", "polite", ["polite"]],
    ["polite", "polite", ["greeting"]],
    ["greeting", "greeting @ https://example.com/x.whl", ["greeting @ https://example.com/x.whl"]],
    ["greeting", "../greeting", ["../greeting"]],
    ["greeting", "--index-url=https://example.com", ["--index-url=https://example.com"]],
    ["", 'greeting ; python_version >= "3"', ["greeting"]],
    ["greeting", "greeting ; python >= 3", ["greeting ; python >= 3"]],
  ])("with %j allowed, refuses %j before anything is installed", async (packages, asked, named) => {
    await using kiwi = await start({ packages, scripts: { it: inline([asked], SAYS) } });
    const error = await errorOf(kiwi.started.execute(run()));
    expect(error).toMatchObject({ code: "dependency_refused", details: { packages: named } });
    expect(await kiwi.left()).toEqual([]);
  });

  // Mutants: a list that is not narrowed; what is brought along looked for in the installation's own.
  it("of what is allowed gives a tenant's scripts no more than its settings name, and says whose list that is", async () => {
    const scripts = {
      it: inline(["polite"], "import polite; print(json.dumps({'says': polite.says}))"),
    };
    await using kiwi = await start({ packages: "polite greeting==1.0", scripts });
    const within = (scriptPackages: string[]) =>
      kiwi.started.execute(run(), undefined, { scriptPackages });
    for (const [named, missing] of [
      [[], ["polite"]],
      [["greeting"], ["polite"]],
      [["polite"], ["greeting"]],
    ] as const) {
      expect(await errorOf(within([...named]))).toMatchObject({
        code: "dependency_refused",
        details: { packages: missing, setting: "scriptPackages" },
      });
    }
    expect(await kiwi.left()).toEqual([]);
    // Written otherwise it is the same package, and one that nobody allowed stays out.
    const all = await within(["Polite", "GREETING", "requests"]);
    expect(all.result.data).toEqual({ says: "1.0" });
  });

  // Mutant: hand all declared dependencies to `take`.
  it.each([
    ["", ['rich ; python_version < "3"', "../x; os_name == 'nt'"]],
    ["greeting", ["greeting", 'rich ; sys_platform == "win32" or python_version < "3"']],
  ])(
    "with %j allowed, one whose marker does not hold here is neither needed nor refused",
    async (packages, asked) => {
      await using kiwi = await start({ packages, scripts: { it: inline(asked, "print('{}')") } });
      expect((await kiwi.started.execute(run())).result.status).toBe("success");
      expect(await kiwi.cached()).toHaveLength(packages === "" ? 0 : 1);
    },
  );

  it("installs what comes along when that is allowed, too", async () => {
    const body = "import polite; print(json.dumps({'says': polite.says}))";
    const scripts = { it: inline(["Polite"], body) };
    await using kiwi = await start({ packages: "polite greeting==1.0", scripts });
    expect((await kiwi.started.execute(run())).result.data).toEqual({ says: "1.0" });
  });

  it.each([
    ["greeting>=3", "no wheel fits what is asked for and allowed"],
    ["source-only", "no wheel fits what is asked for and allowed"],
  ])(
    "says why %j cannot be installed, runs no build, and leaves nothing",
    async (asked, reason) => {
      await using kiwi = await start({
        packages: "greeting source-only",
        scripts: { it: inline([asked], SAYS) },
      });
      // Not even opened: a source archive would run its own code to be built.
      await writeFile(join(kiwi.wheels, "source_only-1.0.tar.gz"), "not an archive");
      const error = await errorOf(kiwi.started.execute(run()));
      expect(error).toMatchObject({ code: "dependency_failed", details: { reason } });
      expect(await kiwi.left()).toEqual([]);
    },
  );

  it("shows the script its packages read-only, and no others of the machine", async () => {
    const body = `
import sys, greeting
try:
    open(greeting.__file__, "a"); writes = True
except OSError:
    writes = False
print(json.dumps({"writes": writes, "paths": [p for p in sys.path if "dist-packages" in p]}))`;
    const scripts = { it: inline(["greeting"], body) };
    await using kiwi = await start({ packages: "greeting", scripts });
    expect((await kiwi.started.execute(run())).result.data).toEqual({ writes: false, paths: [] });
  });
});
