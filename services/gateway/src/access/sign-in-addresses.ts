import { type LookupAddress, type LookupOptions, lookup as lookUp } from "node:dns";
import { once } from "node:events";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { finishWithin } from "@lilux/core/async";
import { LiluxError, type SignIn } from "@lilux/protocol";
import { isPublicAddress } from "@lilux/runtime";
import type { FetchImplementation } from "jose";

const KEYS_BYTES_MAX = 1024 * 1024;
const LOOK_UP_WITHIN_MS = 3_000;

/**
 * Where identity providers of tenants may be. Their addresses are a company's words, and what lies in
 * the server's own network is not the company's to have asked: unless the operator allows any, only
 * addresses of public servers are, by the numbers that names stand for at the moment of the asking.
 */
export interface SignInAddresses {
  /** Throws `invalid_request` that names the field. A name that nobody knows yet is looked at when it is asked. */
  assertAllowed(signIn: SignIn): Promise<void>;
  /** How keys are fetched; undefined where any address is allowed. Redirects are not followed. */
  fetchKeys: FetchImplementation | undefined;
}

type LookUp = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export interface SignInAddressesDeps {
  lookup: LookUp;
  isPublic(address: string): boolean;
}

export function createSignInAddresses(
  allowed: "public" | "any",
  { lookup, isPublic }: SignInAddressesDeps = { lookup: lookUp, isPublic: isPublicAddress },
): SignInAddresses {
  if (allowed === "any") return { assertAllowed: async () => undefined, fetchKeys: undefined };

  const addressesOf = (host: string): Promise<string[]> =>
    isIP(host) === 0
      ? new Promise((resolve) => {
          lookup(host, { all: true }, (_error, found) =>
            resolve((found ?? []).map(({ address }) => address)),
          );
        })
      : Promise.resolve([host]);

  /** Asked by the one who connects, so that no name stands for something else a moment later. */
  const guarded: LookupFunction = (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) done(error ?? noAddress(host), "");
      else if (!found.every(({ address }) => isPublic(address))) done(notAllowed(host), "");
      else if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  };

  return {
    async assertAllowed(signIn) {
      for (const field of ["issuer", "jwksUrl"] as const) {
        let found: string[] = [];
        const looked = addressesOf(hostOf(new URL(signIn[field]))).then((addresses) => {
          found = addresses;
        });
        await finishWithin(looked, LOOK_UP_WITHIN_MS);
        if (!found.every(isPublic)) throw refused(field);
      }
    },
    fetchKeys: async (address, { headers, signal }) => {
      const url = new URL(address);
      const host = hostOf(url);
      if (isIP(host) !== 0 && !isPublic(host)) throw notAllowed(host);
      return read(url, { headers: Object.fromEntries(headers), signal, lookup: guarded });
    },
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

interface Asking {
  headers: Record<string, string>;
  signal: AbortSignal;
  lookup: LookupFunction;
}

async function read(url: URL, asking: Asking): Promise<Response> {
  const request = url.protocol === "http:" ? requestHttp : requestHttps;
  const asked = request(url, asking);
  // What breaks off later ends the reading below as well.
  asked.on("error", () => undefined);
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > KEYS_BYTES_MAX) throw new Error("an identity provider's keys are too long");
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 500 });
}

function notAllowed(host: string): Error {
  return new Error(`${host} is of no public server (LILUX_SIGN_IN_ADDRESSES)`);
}

function noAddress(host: string): Error {
  return new Error(`${host} has no address`);
}

function refused(field: "issuer" | "jwksUrl"): LiluxError {
  return new LiluxError("invalid_request", {
    message: `signIn.${field} leads into a private network or to this machine. Whoever runs this server can allow that with LILUX_SIGN_IN_ADDRESSES.`,
    details: { field: `signIn.${field}`, refused: "private" },
  });
}
