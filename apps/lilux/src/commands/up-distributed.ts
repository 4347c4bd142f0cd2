import { join } from "node:path";
import { createLogger, runProcess } from "@lilux/runtime";
import { bundleTerminal } from "@lilux/terminal";
import { CHECKOUT } from "../checkout.ts";
import { type Distributed, startDistributed } from "../distributed/start-distributed.ts";
import { chooseProject } from "../embedded/choose-project.ts";
import { createProgress } from "../progress.ts";
import type { UpOptions } from "./up.ts";

/** `lilux up --distributed`: one process per service on this machine, until a signal. */
export async function upDistributed({ env, port, host }: UpOptions): Promise<void> {
  const logger = createLogger({ service: "lilux", level: "warn" });
  const progress = createProgress(process.stderr);
  const stateDirectory =
    env["LILUX_STATE_DIR"] ?? join(process.cwd(), ".lilux", `distributed-${port}`);
  const terminalDirectory = join(stateDirectory, "terminal");
  const project = chooseProject(env, process.cwd(), CHECKOUT);
  let distributed: Distributed | undefined;

  await runProcess({
    logger,
    async start() {
      await bundleTerminal({ outDirectory: terminalDirectory });
      distributed = await startDistributed({
        env: {
          ...env,
          LILUX_PROJECT: project.path,
          LILUX_HOST: host,
          LILUX_TERMINAL_DIR: terminalDirectory,
        },
        logger,
        stateDirectory,
        port,
        onStep: progress.step,
      });
      const { ports } = distributed;
      const metrics = Object.entries(ports.admin).map(([name, admin]) => `${name} ${admin}`);
      progress.done(
        `Lilux is ready at http://localhost:${ports.gateway}, distributed (${project.reason}: ${project.path})\n` +
          `  logs in ${join(stateDirectory, "logs")}; metrics on 127.0.0.1: ${metrics.join(", ")}`,
      );
    },
    async stop() {
      await distributed?.stop();
    },
  });
}
