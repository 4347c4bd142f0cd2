import { execFile } from "node:child_process";
import type { Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import { type MasterKey, secretsUnavailable } from "./master-key.ts";
import { KEY_BYTES } from "./seal.ts";

const WITHIN_MS = 10_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** What a key service is not asked again for; only in memory. */
const KNOWN_MAX = 256;
const KNOWN_MS = 5 * 60_000;

/**
 * A key service (KMS) behind a program: `<command> wrap <tenant>` and `<command> unwrap <tenant>` read
 * base64 from stdin and print base64. The master key never comes here; which of its keys was used is
 * the service's own business and stands within what it prints. No shell is involved.
 */
export function commandMasterKey(command: readonly string[]): MasterKey {
  const known = new LRUCache<string, Buffer>({ max: KNOWN_MAX, ttl: KNOWN_MS });
  const [program = "", ...given] = command;

  async function ask(what: "wrap" | "unwrap", tenant: Tenant, base64: string): Promise<string> {
    const answer = await runWith({ program, args: [...given, what, tenant], input: base64 });
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(answer)) return answer;
    throw secretsUnavailable(`${program} ${what} printed something else than base64.`);
  }

  return {
    async wrap(tenant, dataKey) {
      return {
        masterKey: "command",
        wrapped: await ask("wrap", tenant, dataKey.toString("base64")),
      };
    },
    async unwrap(tenant, { masterKey, wrapped }) {
      if (masterKey !== "command") {
        throw secretsUnavailable(
          "they were wrapped with a key in a file, and LILUX_SECRETS_KEY_COMMAND is set. Unset it, or set the secrets anew.",
        );
      }
      const name = `${tenant} ${wrapped}`;
      const before = known.get(name);
      if (before !== undefined) return before;
      const dataKey = Buffer.from(await ask("unwrap", tenant, wrapped), "base64");
      if (dataKey.length !== KEY_BYTES) {
        throw secretsUnavailable(`${program} unwrap printed a key of ${dataKey.length} bytes.`);
      }
      known.set(name, dataKey);
      return dataKey;
    },
    // Which key is the newest is for the service to say.
    renew: async () => undefined,
    retire: async () => undefined,
  };
}

interface Run {
  program: string;
  args: readonly string[];
  input: string;
}

/** What it prints on stderr may hold what it was given, so none of it is told. */
function runWith({ program, args, input }: Run): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = {
    timeout: WITHIN_MS,
    maxBuffer: ANSWER_BYTES_MAX,
    killSignal: "SIGKILL",
  } as const;
  const child = execFile(program, [...args], options, (error, stdout) => {
    if (error === null) resolve(stdout.trim());
    else {
      const how =
        error.killed === true ? "did not answer in time" : `failed (${error.code ?? "?"})`;
      reject(secretsUnavailable(`${program} ${args.at(-2) ?? ""} ${how}.`));
    }
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(`${input}\n`);
  return promise;
}
