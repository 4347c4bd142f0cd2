import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { ROOT, readCompose } from "./compose-file.ts";

const { services } = readCompose();
const asked = parseEnv(readFileSync(join(ROOT, "deploy/compose/flywheel.env"), "utf8"));

/** What a container is told of a flywheel, as an engine fills it in. */
function toldOf(name: string, given: NodeJS.Dict<string>): string | undefined {
  const value = services[name]?.environment?.["LILUX_FLYWHEEL"];
  return value?.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_all, variable: string, without: string) => {
    return given[variable] ?? without;
  });
}

// Mutants: the gateway without the variable; a file of variables that starts the flywheel and leaves the gateway as it was.
test("the gateway is told whether there is a flywheel: none unless its file of variables starts one", () => {
  expect(services["flywheel"]?.profiles).toEqual(["flywheel"]);
  expect(asked["COMPOSE_PROFILES"]).toBe("flywheel");
  for (const name of ["gateway", "flywheel"]) {
    expect(toldOf(name, {}), name).toBe("off");
    expect(toldOf(name, asked), name).toBe("on");
  }
});

// Mutant: an entrypoint that starts it whatever the gateway was told.
test("a flywheel does not run beside a gateway that was told of none", () => {
  const [shell = "", ...words] = services["flywheel"]?.entrypoint ?? [];
  const given = words.map((word) => word.replaceAll("$$", "$"));
  const start = (told: string | undefined) =>
    spawnSync(shell, [...given, "--eval", "process.exitCode = 7"], {
      env: { ...process.env, LILUX_FLYWHEEL: told },
      encoding: "utf8",
    });
  expect(start(toldOf("flywheel", asked)).status).toBe(7);
  const without = start(toldOf("flywheel", {}));
  expect(without.status).toBe(1);
  expect(without.stderr).toContain("deploy/compose/flywheel.env");
});
