import { open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError, type Tenant } from "@lilux/protocol";
import { isWithin } from "../library/is-within.ts";
import { isLibrarySecret } from "../secrets/is-library-secret.ts";

/** Reads a tenant's secret by its name. Rejects with `library_unreachable`, naming it and nothing of it. */
export type ReadSecret = (tenant: Tenant, name: string) => Promise<string>;

const BYTES_MAX = 65_536;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Those that the tenant's admins set are sealed; others are files that the operator put there. */
export function readLibrarySecret(sealed: ReadSecret, folder: string | undefined): ReadSecret {
  const inFiles = secretsIn(folder);
  return async (tenant, name) => {
    if (!isLibrarySecret(name)) return inFiles(tenant, name);
    try {
      return await sealed(tenant, name);
    } catch (cause) {
      throw noSecret(name, LiluxError.from(cause).message, cause);
    }
  };
}

/** `folder` has a folder for each tenant, with a file for each secret. None leads out of the tenant's. */
function secretsIn(folder: string | undefined): ReadSecret {
  return async (tenant, name) => {
    if (folder === undefined) {
      throw noSecret(
        name,
        "this server has no such file. An admin of the tenant sets one that is kept sealed, such as GIT_LIBRARY_TOKEN (lilux secrets set GIT_LIBRARY_TOKEN), and names that one",
      );
    }
    try {
      if (!NAME.test(name)) throw new Error("a name that leads elsewhere");
      const root = await realpath(join(folder, tenant));
      const path = await realpath(join(root, name));
      if (!isWithin(root, path)) throw new Error("a link out of the tenant's folder");
      await using file = await open(path, "r");
      const bytes = Buffer.alloc(BYTES_MAX);
      const { bytesRead } = await file.read(bytes, 0, BYTES_MAX, 0);
      return bytes.subarray(0, bytesRead).toString("utf8");
    } catch (cause) {
      throw noSecret(name, "it cannot be read", cause);
    }
  };
}

function noSecret(name: string, why: string, cause?: unknown): LiluxError {
  return new LiluxError("library_unreachable", {
    message: `The secret ${name} that the library signs in with is not there: ${why}.`,
    details: { reason: "sign_in" },
    cause,
  });
}
