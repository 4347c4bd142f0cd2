import { spawnSync } from "node:child_process";
import type { Compose } from "./compose-file.ts";
import type { Engine } from "./engine.ts";
import type { Report } from "./report.ts";
import { STRANGER } from "./stranger.ts";

export interface Stack {
  /** podman-compose, and the file it is given. */
  program: string;
  file: string;
  env: Record<string, string>;
}

export interface TryOptions {
  engine: Engine;
  report: Report;
  compose: Compose;
  stack: Stack;
}

const PROJECT = "lilux-tested";
const HEALTHY_WITHIN_MS = 600_000;
const PAUSE_SECONDS = "2";

/** Starts what docker-compose.yml starts by itself, and uses it as the docs tell people to. */
export function tryStack({ engine, report, compose, stack }: TryOptions): void {
  const { program, file, env } = stack;
  const composed = (...args: string[]): string =>
    engine.read(["--in-pod=false", "--profile=command", "-p", PROJECT, "-f", file, ...args], {
      program,
      env,
    });
  const lilux = (...args: string[]): string =>
    composed("run", "--rm", "--no-deps", "-T", "lilux", ...args);
  const container = (name: string): string => `${PROJECT}_${name}_1`;
  const staying = Object.entries(compose.services)
    .filter(([, { profiles, restart }]) => profiles === undefined && restart === "always")
    .map(([name]) => name);

  const isUp = report.step("the stack starts, without anything made by hand", () => {
    composed("up", "--detach", "--no-build", ...staying);
    return undefined;
  });
  const isHealthy =
    isUp &&
    report.step("every container is healthy by its own check", () => {
      for (const name of staying) untilHealthy(engine, container(name));
      return staying.join(", ");
    });
  if (isHealthy) use(report, lilux);
  if (isHealthy) {
    report.step("who shows no certificate is not heard", () => {
      const said = engine.read(["exec", container("gateway"), "node", "-e", STRANGER]).trim();
      if (/heard/.test(said)) throw new Error(said);
      return said;
    });
    report.step("docker compose logs <service>, as a runbook has it", () => {
      for (const name of staying) composed("logs", "--tail", "1", name);
      return undefined;
    });
    report.step("nothing was started twice, nothing is left open", () =>
      closed(engine, staying.map(container)),
    );
    report.step("a second start keeps what the first one made", () => {
      const key = composed("run", "--rm", "--no-deps", "-T", "lilux-key");
      composed("up", "--detach", "--no-build", "--force-recreate", "credentials");
      if (composed("run", "--rm", "--no-deps", "-T", "lilux-key") !== key)
        throw new Error("the first key is another");
      lilux("execute", "script", "date_diff", "start=2026-01-01", "end=2026-01-02");
      return undefined;
    });
  }
  if (!report.isGood()) for (const name of staying) tellLog(engine, container(name));
}

/** What the docs promise of it. */
function use(report: Report, lilux: (...args: string[]) => string): void {
  report.step("a prediction", () =>
    expectIn(
      lilux("predict", "how many days between 2026-01-01 and 2026-03-01", "--json"),
      "date_diff",
    ),
  );
  report.step("a turn", () =>
    expectIn(lilux("ask", "hello, who are you?", "--json"), '"type":"turn-end"'),
  );
  report.step("a script, in its sandbox", () =>
    expectIn(lilux("execute", "script", "date_diff", "start=2026-01-01", "end=2026-03-01"), "59"),
  );
  report.step("a directive", () =>
    expectIn(lilux("execute", "directive", "write_runbook", "alert=disk"), "runbook"),
  );
  report.step("a search", () =>
    expectIn(lilux("search", "script", "days between dates", "--json"), "date_diff"),
  );
}

function expectIn(said: string, wanted: string): string | undefined {
  if (!said.includes(wanted)) throw new Error(`no ${wanted} in: ${said.trim().slice(-1_500)}`);
  return undefined;
}

/** Looked at here: podman has nobody who looks where no systemd runs. */
function untilHealthy(engine: Engine, container: string): void {
  const until = Date.now() + HEALTHY_WITHIN_MS;
  while (!engine.tries(["healthcheck", "run", container])) {
    if (Date.now() > until) throw new Error(`${container} is not healthy`);
    spawnSync("sleep", [PAUSE_SECONDS]);
  }
}

/** As podman says it, not as the file does. */
function closed(engine: Engine, containers: readonly string[]): string {
  const format =
    "{{.Name}} {{.RestartCount}} {{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.EffectiveCaps}}";
  const lines = engine
    .read(["inspect", "--format", format, ...containers])
    .trim()
    .split("\n");
  const open = lines.filter((line) => !/^\S+ 0 true (?!0:)\d+:\d+ \[\]$/.test(line));
  if (open.length > 0) throw new Error(open.join("; "));
  return `${lines.length} containers: no restart, root read-only, no user that is root, no capability`;
}

function tellLog(engine: Engine, container: string): void {
  if (!engine.tries(["container", "exists", container])) return;
  engine.run(["logs", "--tail", "15", container]);
}
