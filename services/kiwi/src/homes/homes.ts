import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { join, resolve } from "node:path";
import type { Clock } from "@lilux/core/async";
import type { LibraryRows } from "@lilux/database";
import type { WritingFiles } from "@lilux/files";
import {
  type LibraryRecord,
  type LibraryRequest,
  LiluxError,
  LOCAL_TENANT,
  type Tenant,
} from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { FilesOf } from "../files/files-of.ts";
import type { LibraryHome } from "../library/library-home.ts";
import { createFolderHome } from "./folder-home.ts";
import { parseGitUrl, type ResolveHost } from "./git/git-address.ts";
import type { GitAllowance } from "./git/git-allowance.ts";
import { type ReadSecret, readLibrarySecret } from "./read-secret.ts";
import { createTenantHome, type TenantHome } from "./tenant-home.ts";

export interface HomesOptions {
  /** Has a folder for each tenant; undefined: all see one, which is where it is. */
  tenantRoot: string | undefined;
  /** Has a folder for each tenant with its secrets. */
  secrets: string | undefined;
  allow: GitAllowance;
  pullMs: number;
  /** How often the database is asked for signs. */
  lookMs: number;
}

/** Of several tool cores, the libraries that this one holds. */
export interface HeldLibraries {
  filesOf: FilesOf;
  leaseOf(tenant: Tenant): { holder: string; token: number } | undefined;
}

export interface HomesDeps {
  rows: LibraryRows | undefined;
  files: WritingFiles;
  logger: Logger;
  clock: Clock;
  /** A secret of the tenant's that is kept sealed. */
  openSecret: ReadSecret;
  resolveHost?: ResolveHost | undefined;
  /** Where several tool cores share the tenants: under its leases libraries are written. */
  partition?: HeldLibraries | undefined;
}

export interface Homes {
  /** Of a library that is opened now. Closed by whoever opens it. */
  open(tenant: Tenant, folder: string): LibraryHome;
  /** Shows where a library lives, has it moved, or hears that something was pushed. */
  library(request: LibraryRequest): Promise<LibraryRecord>;
  readonly part: Part;
}

const LEASE_MS = 30_000;
const GIT_LIMITS = { deadlineMs: 60_000, bytesMax: 512 * 1024 * 1024 };

/** Homes of all libraries that this process holds. */
export function createHomes(options: HomesOptions, deps: HomesDeps): Homes {
  const { tenantRoot, allow, pullMs, lookMs } = options;
  const { rows, files, logger, clock, resolveHost, partition } = deps;
  const held = new Map<Tenant, TenantHome>();
  const readSecret = readLibrarySecret(deps.openSecret, options.secrets);
  const holder = randomUUID();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  function open(tenant: Tenant, folder: string): LibraryHome {
    if (rows === undefined || tenantRoot === undefined || tenant === LOCAL_TENANT) {
      return createFolderHome();
    }
    // No tenant has such a name, and no script's folder leads there.
    const keeps = join(resolve(tenantRoot), ".homes", tenant);
    const now = clock.unix;
    const written = partition?.filesOf(tenant, folder, files) ?? files;
    const heldLease = partition && (() => partition.leaseOf(tenant));
    const common = { rows, files: written, logger, readSecret, allow, resolveHost, now, heldLease };
    const bounds = { gitLimits: GIT_LIMITS, leaseMs: LEASE_MS, pullMs, holder };
    const home = createTenantHome({ ...common, ...bounds }, { tenant, folder, keeps });
    held.set(tenant, home);
    return {
      ...home,
      get kind() {
        return home.kind;
      },
      async close() {
        if (held.get(tenant) === home) held.delete(tenant);
        await home.close();
      },
    };
  }

  /** One question for all; then each that has something to look at does so by itself. */
  async function look(): Promise<void> {
    if (rows === undefined || held.size === 0) return;
    const signs = await rows.signs([...held.keys()]);
    await Promise.all(
      signs.map(async (sign) => {
        try {
          await held.get(sign.tenant)?.look(sign);
        } catch (error) {
          const { code, message } = LiluxError.from(error);
          logger.warn(
            { tenant: sign.tenant, code, message, err: error },
            "a library's place was asked in vain",
          );
        }
      }),
    );
  }

  async function record(tenant: Tenant): Promise<LibraryRecord> {
    const stored = await placed(rows).place(tenant);
    const known = held.get(tenant)?.record();
    const base: LibraryRecord = { place: stored?.place ?? { kind: "folder" }, state: "ready" };
    const wanted = stored?.wanted;
    return {
      ...base,
      ...known,
      place: base.place,
      ...(stored === undefined ? {} : { hookSecret: stored.hookSecret }),
      ...(stored?.problem === undefined
        ? {}
        : { problem: stored.problem, state: "refused" as const }),
      ...(wanted === undefined ? {} : { wanted: wanted.place, state: "moving" as const }),
    };
  }

  async function move(tenant: Tenant, ask: Extract<LibraryRequest["ask"], { kind: "move" }>) {
    const { place, adopt = false } = ask;
    assertMovable(tenant, place);
    await placed(rows).want({
      tenant,
      wanted: { place, adopt },
      hookSecret: randomBytes(32).toString("base64url"),
    });
    return record(tenant);
  }

  function assertMovable(tenant: Tenant, place: LibraryRecord["place"]): void {
    if (tenantRoot === undefined || tenant === LOCAL_TENANT) {
      throw new LiluxError("not_available_yet", {
        message:
          "Only a tenant with a folder of its own can have its library elsewhere. The operator sets LILUX_TENANT_ROOT.",
      });
    }
    if (place.kind === "git") {
      parseGitUrl(place.url, allow);
      assertBranch(place.branch);
    }
  }

  return {
    open,
    async library({ tenant, ask }) {
      switch (ask.kind) {
        case "show":
          return record(tenant);
        case "move":
          return move(tenant, ask);
        case "pushed": {
          const stored = await placed(rows).place(tenant);
          // Worked out for an unknown tenant, too: the answer and what it takes are the same.
          const secret = stored?.hookSecret ?? randomBytes(32).toString("base64url");
          if (!isSigned(secret, ask)) {
            throw new LiluxError("unauthenticated", {
              message: "The signature is not the library's.",
            });
          }
          await placed(rows).askForLook(tenant);
          // Nothing of the tenant's is told to whoever knows this secret.
          return { place: { kind: "folder" }, state: "ready" };
        }
      }
    },
    part: {
      name: "homes",
      async start() {
        if (rows === undefined || tenantRoot === undefined) return;
        timer = setInterval(() => {
          looking ??= look()
            .catch((err: unknown) =>
              logger.warn({ err }, "places of libraries cannot be asked for"),
            )
            .finally(() => {
              looking = undefined;
            });
        }, lookMs).unref();
      },
      async stop() {
        clearInterval(timer);
        await looking;
      },
    },
  };
}

function placed(rows: LibraryRows | undefined): LibraryRows {
  if (rows !== undefined) return rows;
  throw new LiluxError("not_available_yet", {
    message:
      "This server keeps no record of where libraries live: its operator sets LILUX_DATABASE_URL for the tool core.",
  });
}

/** As GitHub and those like it sign the body, or as GitLab brings the secret. */
function isSigned(
  secret: string,
  { body, signature, token }: Extract<LibraryRequest["ask"], { kind: "pushed" }>,
): boolean {
  if (token !== undefined) return isSame(token, secret);
  const expected = createHmac("sha256", secret).update(Buffer.from(body, "base64")).digest("hex");
  return signature !== undefined && isSame(signature, `sha256=${expected}`);
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What Git itself refuses as a name, and what it would read as something else than one. */
function assertBranch(branch: string): void {
  const isPlain = !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(branch);
  if (isPlain) return;
  throw new LiluxError("invalid_request", {
    message: "branch must be the name of a branch, such as main.",
    details: { field: "branch" },
  });
}
