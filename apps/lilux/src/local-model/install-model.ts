import { copyFile, mkdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { Environment } from "../environment.ts";
import { fetchWheel, unpackAll, unpackOne } from "./fetch-wheel.ts";
import { findModelServer } from "./find-model-server.ts";
import { type KnownModel, SERVER_WHEEL, type Wheel } from "./known-models.ts";
import {
  ADAPTER,
  type InstalledModel,
  RECORD,
  readInstalled,
  SERVER_FOLDER,
  TEMPLATE,
  WEIGHTS,
} from "./model-store.ts";
import { requirePython } from "./python.ts";
import { sha256OfFile } from "./sha256-of-file.ts";
import { type ShippedAdapter, shippedAdapter } from "./shipped-adapter.ts";

export interface InstallOptions {
  env: Environment;
  directory: string;
  /** A file with the base's weights, instead of fetching them. */
  from?: string | undefined;
  isPlain?: boolean;
  /** Told before anything is fetched, and as it goes on. */
  say: (text: string) => void;
  now?: () => Date;
  serverWheel?: Wheel;
}

/**
 * Puts a model where `lilux up --local-model` finds it. Weights come to their place only whole and
 * with the right hash; killed meanwhile, the next try goes on with what was fetched.
 */
export async function installModel(
  model: KnownModel,
  options: InstallOptions,
): Promise<InstalledModel> {
  const { directory, say } = options;
  const shipped =
    options.isPlain === true ? undefined : await shippedAdapter(model.shipped, model.base);
  for (const text of termsOf(model, shipped)) say(text);
  const before = await readInstalled(directory, model.name);
  const isThere = before !== undefined && (await isWhole(model, join(directory, model.name)));
  await ensureServer(options);
  if (isThere && isSame(before.adapter, shipped)) {
    await rm(join(directory, DOWNLOADS), { recursive: true, force: true });
    return before;
  }
  const staged = join(directory, `.adding-${model.name}`);
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  if (isThere) await copyWeights(join(directory, model.name), staged);
  else await stageWeights(model, staged, options);
  const installed = await stageRest(model, { staged, shipped, now: options.now });
  await rm(join(directory, model.name), { recursive: true, force: true });
  await rename(staged, join(directory, model.name));
  await rm(join(directory, DOWNLOADS), { recursive: true, force: true });
  return installed;
}

const DOWNLOADS = "downloads";
const LICENCE = "LICENSE";

function termsOf({ base }: KnownModel, shipped: ShippedAdapter | undefined): string[] {
  return [
    `${base.name}, ${megabytes(base.bytes)}, under ${base.licence} (${base.page}).`,
    shipped === undefined
      ? "There is no adapter for it yet: the plain base answers."
      : `Its adapter ${shipped.version} is of this repository, under ${shipped.licence}.`,
  ];
}

function isSame(before: InstalledModel["adapter"], shipped: ShippedAdapter | undefined): boolean {
  return before?.sha256 === shipped?.adapter.sha256 && before?.role === shipped?.role;
}

async function isWhole({ base }: KnownModel, folder: string): Promise<boolean> {
  return (await sha256OfFile(join(folder, WEIGHTS)).catch(() => "")) === base.sha256;
}

async function copyWeights(from: string, to: string): Promise<void> {
  await copyFile(join(from, WEIGHTS), join(to, WEIGHTS));
  await copyFile(join(from, LICENCE), join(to, LICENCE)).catch(() => undefined);
}

async function ensureServer({
  env,
  directory,
  say,
  serverWheel = SERVER_WHEEL,
}: InstallOptions): Promise<void> {
  const found = findModelServer(env, directory);
  if (found !== undefined) return say(`The server is ${found.origin}.`);
  say(
    `This machine has no llama-server, so llama.cpp is fetched as a module of Python: ` +
      `${serverWheel.requirement}, ${megabytes(serverWheel.bytes)}, under ${SERVER_WHEEL.licence}.`,
  );
  await requireRoom(directory, 5 * serverWheel.bytes);
  const python = await requirePython(env);
  const downloads = join(directory, DOWNLOADS);
  const wheel = await fetchWheel(serverWheel, { python, downloads, env });
  const staged = join(directory, `.adding-${SERVER_FOLDER}`);
  await rm(staged, { recursive: true, force: true });
  await unpackAll({ wheel, target: staged }, { python, env });
  await rm(join(directory, SERVER_FOLDER), { recursive: true, force: true });
  await rename(staged, join(directory, SERVER_FOLDER));
}

async function stageWeights(
  { base }: KnownModel,
  staged: string,
  { env, directory, from }: InstallOptions,
): Promise<void> {
  await requireRoom(directory, base.bytes + (from === undefined ? base.wheel.bytes : 0));
  const target = join(staged, WEIGHTS);
  if (from !== undefined) {
    await copyFile(from, target);
  } else {
    const python = await requirePython(env);
    const downloads = join(directory, DOWNLOADS);
    const wheel = await fetchWheel(base.wheel, { python, downloads, env });
    await unpackOne({ wheel, member: base.weights, target }, { python, env });
    const licence = join(staged, LICENCE);
    await unpackOne({ wheel, member: base.licenceText, target: licence }, { python, env });
  }
  const found = await sha256OfFile(target);
  if (found === base.sha256) return;
  await rm(staged, { recursive: true, force: true });
  throw new LiluxError("config_invalid", {
    message: `${from ?? base.wheel.requirement} holds other weights than ${base.name}: sha256 ${found}, not ${base.sha256}. Nothing was installed.`,
  });
}

interface Rest {
  staged: string;
  shipped: ShippedAdapter | undefined;
  now: (() => Date) | undefined;
}

async function stageRest(
  model: KnownModel,
  { staged, shipped, now = () => new Date() }: Rest,
): Promise<InstalledModel> {
  if (shipped !== undefined) {
    await copyFile(join(model.shipped, shipped.adapter.file), join(staged, ADAPTER));
  }
  const template = shipped?.chatTemplate;
  if (template !== undefined) {
    await copyFile(join(model.shipped, template), join(staged, TEMPLATE));
  }
  const { name, licence, sha256 } = model.base;
  const installed: InstalledModel = {
    schema: 1,
    name: model.name,
    base: { name, licence, sha256 },
    ...(shipped === undefined
      ? {}
      : {
          adapter: {
            version: shipped.version,
            licence: shipped.licence,
            sha256: shipped.adapter.sha256,
            role: shipped.role,
          },
        }),
    hasTemplate: template !== undefined,
    addedAt: now().toISOString(),
  };
  await writeFile(join(staged, RECORD), `${JSON.stringify(installed, null, 2)}\n`);
  return installed;
}

async function requireRoom(directory: string, bytes: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize > bytes) return;
  throw new LiluxError("config_invalid", {
    message: `${megabytes(bytes)} are needed in ${directory}, and ${megabytes(bavail * bsize)} are free there. Make room, or set LILUX_STATE_DIR to a folder on another disk.`,
  });
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
