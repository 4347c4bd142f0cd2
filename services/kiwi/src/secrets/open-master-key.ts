import { join } from "node:path";
import type { KiwiConfig } from "../config.ts";
import { commandMasterKey } from "./command-master-key.ts";
import { fileMasterKey } from "./file-master-key.ts";
import type { MasterKey } from "./master-key.ts";

/** Where the operator says, else a file of ours in the state folder. Nothing is read or made yet. */
export function openMasterKey({
  secretsKeyFile,
  secretsKeyCommand,
  stateDirectory,
}: Pick<KiwiConfig, "secretsKeyFile" | "secretsKeyCommand" | "stateDirectory">):
  | MasterKey
  | undefined {
  const command = (secretsKeyCommand ?? "").split(/\s+/).filter((word) => word !== "");
  if (command.length > 0) return commandMasterKey(command);
  if (secretsKeyFile !== undefined) return fileMasterKey({ path: secretsKeyFile, isOurs: false });
  if (stateDirectory === undefined) return undefined;
  return fileMasterKey({ path: join(stateDirectory, "secrets-key"), isOurs: true });
}
