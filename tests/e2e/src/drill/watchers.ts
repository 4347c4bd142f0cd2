import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "@lilux/runtime";
import { CHECKOUT } from "../start-mode.ts";
import { createNotified, type Notified } from "./notified.ts";
import { programAt } from "./programs.ts";
import { type StartedProgram, startProgram } from "./started-program.ts";

export interface Watchers {
  prometheus: string;
  notified: Notified;
  stop(): Promise<void>;
}

export interface WatcherOptions {
  folder: string;
  factor: number;
  /** The admin ports to watch, by service. */
  targets: Readonly<Record<string, number>>;
}

/**
 * A Prometheus and an Alertmanager that know nothing yet, with our rules, routing and inhibition for a
 * clock that runs `factor` times as fast, and somebody who is told.
 */
export async function startWatchers(options: WatcherOptions): Promise<Watchers> {
  const { folder, factor } = options;
  mkdirSync(folder, { recursive: true });
  const notified = await createNotified();
  const [prometheusPort = 0, alertmanagerPort = 0, gossipPort = 0] = await freePorts(3);
  makeRules({ folder, factor, webhook: notified.url });
  const config = join(folder, "prometheus.yml");
  writeFileSync(config, JSON.stringify(prometheusConfig(options, alertmanagerPort)));
  const started: StartedProgram[] = [];
  const stop = async (): Promise<void> => {
    for (const program of started.reverse()) await program.stop();
    await notified.close();
  };
  try {
    started.push(await startAlertmanager(folder, { port: alertmanagerPort, gossipPort }));
    started.push(await startPrometheus(folder, { port: prometheusPort, config }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { prometheus: `http://127.0.0.1:${prometheusPort}`, notified, stop };
}

/** By the same program that makes the rules which are shipped. */
function makeRules({
  folder,
  factor,
  webhook,
}: {
  folder: string;
  factor: number;
  webhook: string;
}) {
  const program = join(CHECKOUT, "tools", "slo", "src", "main.ts");
  const args = ["--scale", String(factor), "--webhook", webhook, "--into", folder];
  const made = spawnSync(process.execPath, ["--no-warnings", program, ...args], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`the rules were not made: ${made.stderr}`);
}

function prometheusConfig({ factor, targets }: WatcherOptions, alertmanagerPort: number): object {
  return {
    global: {
      // As often as this machine can; five seconds, divided, would be too often.
      scrape_interval: "1s",
      scrape_timeout: "1s",
      evaluation_interval: `${Math.round(15_000 / factor)}ms`,
    },
    alerting: {
      alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }],
    },
    rule_files: ["rules.yml"],
    scrape_configs: [
      {
        job_name: "lilux",
        static_configs: Object.entries(targets).map(([service, port]) => ({
          targets: [`127.0.0.1:${port}`],
          labels: { service },
        })),
      },
    ],
  };
}

function startPrometheus(
  folder: string,
  { port, config }: { port: number; config: string },
): Promise<StartedProgram> {
  const url = `http://127.0.0.1:${port}`;
  return startProgram({
    command: programAt("prometheus"),
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "prometheus")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--enable-feature=exemplar-storage",
      // Between a rule and who is told there may be no minute: its own is divided, too.
      "--rules.alert.resend-delay=1s",
    ],
    logFile: join(folder, "prometheus.log"),
    url,
    readyPath: "/-/ready",
  });
}

function startAlertmanager(
  folder: string,
  { port, gossipPort }: { port: number; gossipPort: number },
): Promise<StartedProgram> {
  const url = `http://127.0.0.1:${port}`;
  return startProgram({
    command: programAt("prometheus-alertmanager"),
    args: [
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--cluster.listen-address=127.0.0.1:${gossipPort}`,
      "--cluster.settle-timeout=0s",
    ],
    logFile: join(folder, "alertmanager.log"),
    url,
    readyPath: "/-/ready",
  });
}
