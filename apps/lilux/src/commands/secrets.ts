import { LiluxError, SECRET_CHARACTERS_MIN, SecretRecord } from "@lilux/protocol";
import { Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { readSecret } from "../output/read-secret.ts";
import { line, style } from "../output/styled.ts";
import { askAdmin, moment, show, tenantPath } from "./admin-client.ts";

const SecretList = Type.Object({ secrets: Type.Array(SecretRecord) });
const Rewrapped = Type.Object({ rewrapped: Type.Integer() });

type Options = Record<string, unknown>;

/** `lilux secrets set <name>` */
export async function setSecret(
  context: CommandContext,
  [name = ""]: string[],
  options: Options,
): Promise<number> {
  return putSecret(context, name, { options, mustExist: false });
}

/** `lilux secrets rotate <name>`, or `--master-key` */
export async function rotateSecret(
  context: CommandContext,
  [name]: string[],
  options: Options,
): Promise<number> {
  if (options["masterKey"] === true) {
    const request = { method: "POST", path: "/v1/admin/secrets/rewrap" } as const;
    return show(context, await askAdmin(context, Rewrapped, request), ({ rewrapped }) =>
      context.print(`${rewrapped} tenants' keys are under the newest master key.`),
    );
  }
  if (name !== undefined) return putSecret(context, name, { options, mustExist: true });
  throw new LiluxError("invalid_request", {
    message: "Name the secret that gets another value, or say --master-key.",
    details: { field: "name" },
  });
}

async function putSecret(
  context: CommandContext,
  name: string,
  { options, mustExist }: { options: Options; mustExist: boolean },
): Promise<number> {
  const value = await readSecret(`Value of ${name} (not shown): `);
  if (value.length < SECRET_CHARACTERS_MIN) {
    throw new LiluxError("invalid_request", {
      message: `A secret has at least ${SECRET_CHARACTERS_MIN} characters: a shorter one could not be told from other text, and so not be masked.`,
      details: { field: "value" },
    });
  }
  const body = { value, ...(mustExist ? { mustExist } : {}) };
  const request = { method: "PUT", path: pathOf(options, name), body } as const;
  return show(context, await askAdmin(context, SecretRecord, request), ({ version }) =>
    context.print(
      line`${style.bold(name)} is set, version ${String(version)}. A script gets it that says __secrets__ = ["${name}"].`,
    ),
  );
}

/** `lilux secrets list` */
export async function listSecrets(
  context: CommandContext,
  _given: string[],
  options: Options,
): Promise<number> {
  const { secrets } = await askAdmin(context, SecretList, { path: pathOf(options) });
  return show(context, secrets, (found) => {
    for (const { name, version, changedAt, changedBy } of found) {
      context.print(
        line`${style.bold(name)}  version ${String(version)}  ${moment(changedAt)}  by ${changedBy}`,
      );
    }
    if (found.length === 0) context.print("There are none.");
  });
}

/** `lilux secrets remove <name>` */
export async function removeSecret(
  context: CommandContext,
  [name = ""]: string[],
  options: Options,
): Promise<number> {
  const request = { method: "DELETE", path: pathOf(options, name) } as const;
  return show(context, await askAdmin(context, SecretList, request), () =>
    context.print(line`${name} is removed: scripts that ask for it are refused.`),
  );
}

function pathOf({ tenant }: Options, name?: string): string {
  const rest = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return tenantPath(String(tenant), `/secrets${rest}`);
}
