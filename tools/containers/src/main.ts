// `npm run test:containers`: the image and docker-compose.yml, by podman. Its argument is where podman-compose is.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, readCompose } from "./compose-file.ts";
import { createEngine } from "./engine.ts";
import { forPodman } from "./for-podman.ts";
import { billOfMaterials, closedness, sizeOf } from "./image-checks.ts";
import { createReport } from "./report.ts";
import { makeStandIns, STAND_INS } from "./stand-ins.ts";
import { tryStack } from "./try-stack.ts";

const IMAGE = "localhost/lilux:tested";
const REGISTRY_WITHIN_MS = 60_000;

const [composeProgram = "podman-compose"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "lilux-containers-"));
const engine = createEngine(folder);
const report = createReport((line) => process.stdout.write(`${line}\n`));
const compose = readCompose();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    engine.remove();
    process.exit(1);
  });
}

try {
  await run();
} finally {
  report.step("cleaned up", () => {
    engine.remove();
    return undefined;
  });
}
process.exitCode = report.isGood() ? 0 : 1;

async function run(): Promise<void> {
  let images: OfOthers | undefined;
  report.step("images of others", () => {
    images = obtain();
    return images.origin;
  });
  if (images === undefined) return;
  const { bases, others } = images;
  const isBuilt = report.step("the Dockerfile is built", () => {
    engine.run(["build", "--pull=never", "--network=host", "--quiet", ...bases, "-t", IMAGE, ROOT]);
    return undefined;
  });
  if (!isBuilt) return;
  report.step("it is below 500 MB", () => sizeOf(engine, IMAGE));
  report.step("it is closed", () => closedness(engine, IMAGE));
  report.step("it says what it is made of", () => billOfMaterials(engine, IMAGE));
  const file = join(folder, "compose.yml");
  // JSON is YAML that nobody reads in another way: a bare `no` is false to some.
  writeFileSync(file, JSON.stringify(forPodman(compose, { own: IMAGE, others })));
  const [gateway = 0, prometheus = 0, alertmanager = 0] = await freePorts(3);
  const env = {
    LILUX_PUBLISHED_PORT: String(gateway),
    LILUX_PROMETHEUS_PORT: String(prometheus),
    LILUX_ALERTMANAGER_PORT: String(alertmanager),
  };
  tryStack({ engine, report, compose, stack: { program: composeProgram, file, env } });
}

interface OfOthers {
  /** What the Dockerfile is built on, as arguments. */
  bases: string[];
  /** Of servers, by the name of their service. */
  others: Record<string, string>;
  /** Where they come from, for people. */
  origin: string;
}

/** The real ones where a registry answers; else stand-ins, which is said. */
function obtain(): OfOthers {
  const named = (name: string): string => compose.services[name]?.image ?? "";
  if (engine.tries(["pull", "--quiet", named("nats")], { withinMs: REGISTRY_WITHIN_MS })) {
    const used = ["nats", "redis", "postgres", "prometheus", "alertmanager"];
    const others = Object.fromEntries(used.map((name) => [name, named(name)]));
    for (const image of [...Object.values(others), ...basesNamed()]) {
      engine.read(["pull", "--quiet", image]);
    }
    return { bases: [], others, origin: "as their digests name them" };
  }
  makeStandIns(engine, join(folder, "stand-ins"));
  const { runtime, node, ...others } = STAND_INS;
  const bases = [`--build-arg=NODE_IMAGE=${node}`, `--build-arg=RUNTIME_IMAGE=${runtime}`];
  const origin =
    "STAND-INS made of this system's packages, since no registry answers: the digests were not tried";
  return { bases, others, origin };
}

/** What the Dockerfile itself is built on. */
function basesNamed(): string[] {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  return [...text.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, image = ""]) => image);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
