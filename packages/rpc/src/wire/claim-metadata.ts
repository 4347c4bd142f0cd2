import type { Metadata } from "@grpc/grpc-js";
import { LiluxError, type Mandate } from "@lilux/protocol";
import type { SignClaim, VerifyClaim } from "../claims/claim-tokens.ts";

const HEADER = "lilux-claim";
/** Longer than the call may take: what it begins with is asked for again while it goes on. */
const BEYOND_DEADLINE_MS = 60_000;

export interface Claiming {
  mandate: Mandate | undefined;
  signClaim: SignClaim | undefined;
  deadlineMs: number;
}

/** Adds who the call is made for: as it came from whoever signed it, or signed here. */
export async function addClaim(
  metadata: Metadata,
  { mandate, signClaim, deadlineMs }: Claiming,
): Promise<Metadata> {
  if (mandate === undefined) return metadata;
  const token = mandate.token ?? (await signClaim?.(mandate, deadlineMs + BEYOND_DEADLINE_MS));
  if (token !== undefined) metadata.set(HEADER, token);
  return metadata;
}

/** Who a call is made for; undefined where none is named, or nobody here can tell. */
export async function readClaim(
  metadata: Metadata,
  verify: VerifyClaim | undefined,
): Promise<Mandate | undefined> {
  const [token] = metadata.get(HEADER);
  if (verify === undefined || typeof token !== "string") return undefined;
  return verify(token);
}

/**
 * What a claim says is what counts: a call that names another tenant is refused, and so is one that
 * has to be somebody's and is nobody's.
 */
export function assertClaimed(
  mandate: Mandate | undefined,
  {
    tenant,
    verify,
    isSomebodys,
  }: { tenant: string; verify: VerifyClaim | undefined; isSomebodys: boolean },
): void {
  if (verify === undefined) return;
  const isOther = mandate !== undefined && mandate.tenant !== tenant;
  if (!isOther && (mandate !== undefined || !isSomebodys)) return;
  const why = isOther ? "a call for another tenant than its claim's" : "a call without a claim";
  throw new LiluxError("peer_unauthenticated", { cause: new Error(why) });
}
