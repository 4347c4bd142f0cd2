import { join } from "node:path";
import { createLogger, runProcess } from "@lilux/runtime";
import { bundleTerminal } from "@lilux/terminal";
import { CHECKOUT } from "../checkout.ts";
import { servicesOf } from "../distributed/plan-processes.ts";
import { startDistributed } from "../distributed/start-distributed.ts";
import { prepareProject } from "../embedded/prepare-project.ts";
import { startLocalModel } from "../local-model/start-local-model.ts";
import { createProgress } from "../progress.ts";
import { UP_SIGNALS, type UpOptions } from "./up.ts";

/** Processes stop one after the other, each within its own grace. */
const STOP_GRACE_MS = 60_000;

/** `lilux up --distributed`: one process per service on this machine, until a signal. */
export async function upDistributed({
  env,
  port,
  host,
  localModel: name,
}: UpOptions): Promise<void> {
  const logger = createLogger({ service: "lilux", level: "warn" });
  const progress = createProgress(process.stderr);
  const stateDirectory =
    env["LILUX_STATE_DIR"] ?? join(process.cwd(), ".lilux", `distributed-${port}`);
  const terminalDirectory = join(stateDirectory, "terminal");

  await runProcess({
    logger,
    signals: UP_SIGNALS,
    stopGraceMs: STOP_GRACE_MS,
    onStartFailure: progress.failed,
    async open({ own, signal }) {
      const project = prepareProject(env, process.cwd(), CHECKOUT);
      await bundleTerminal({ outDirectory: terminalDirectory });
      signal.throwIfAborted();
      const local =
        name === undefined
          ? undefined
          : own(await startLocalModel({ name, env, stateDirectory, logger }));
      const { ports } = own(
        await startDistributed({
          env: {
            ...env,
            ...local?.settings,
            LILUX_PROJECT: project.path,
            LILUX_HOST: host,
            LILUX_TERMINAL_DIR: terminalDirectory,
          },
          logger,
          stateDirectory,
          port,
          onStep: progress.step,
          signal,
        }),
      );
      const metrics = servicesOf(env).map((name) => `${name} ${ports.admin[name]}`);
      progress.done(
        `Lilux is ready at http://localhost:${ports.gateway}, distributed (${project.reason}: ${project.path})\n` +
          `  logs in ${join(stateDirectory, "logs")}; metrics on 127.0.0.1: ${metrics.join(", ")}` +
          (local === undefined ? "" : `\n  local model: ${local.description}`),
      );
    },
  });
}
