import type { Log } from "@lilux/core/telemetry";
import { ERRORS, type ErrorCode, type LiluxError, type Tenant } from "@lilux/protocol";
import type { GatewayMetrics } from "../metrics.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

export type Door = "rest" | "openai" | "mcp" | "socket" | "connection";

/** Where something was refused. Never what a person typed. */
export interface Refused {
  door: Door;
  /** As it is declared, without what stands in the address. */
  route?: string | undefined;
  tenant?: Tenant | undefined;
  turnId?: string | undefined;
}

/** Every refusal of the gateway, whichever door told it: a count, and a line with its reason. */
export interface Refusals {
  note(error: LiluxError, where: Refused): void;
}

/** Lines of one code: whoever is refused a thousand times a second is no thousand lines. */
const LINES_PER_SECOND = 10;
const LINES_AT_ONCE = 50;
/** A word of our own. What a caller named its fields is the caller's. */
const REASON = /^[a-z][a-zA-Z_]{0,39}$/;

interface Told {
  bucket: TokenBucket;
  /** Refusals since the last line that have none of their own. */
  untold: number;
}

export function createRefusals({
  metrics,
  logger,
  monotonic = () => performance.now(),
}: {
  metrics: Pick<GatewayMetrics, "errors">;
  logger: Log;
  monotonic?: () => number;
}): Refusals {
  const byCode = new Map<ErrorCode, Told>();

  function toldOf(code: ErrorCode): Told {
    const known = byCode.get(code);
    if (known !== undefined) return known;
    const told = { bucket: createTokenBucket(LINES_PER_SECOND, LINES_AT_ONCE), untold: 0 };
    byCode.set(code, told);
    return told;
  }

  return {
    note(error, where) {
      const { code, message, cause } = error;
      metrics.errors.inc({ code });
      // A fault of ours has its line, with its cause, from where it was caught.
      if (code === "internal") return;
      const told = toldOf(code);
      if (!told.bucket.take(monotonic())) {
        told.untold += 1;
        return;
      }
      const { untold } = told;
      told.untold = 0;
      const reason = reasonOf(error);
      const line = {
        ...where,
        code,
        ...(reason === undefined ? {} : { reason }),
        ...(untold === 0 ? {} : { untold }),
        // It may quote what somebody sent.
        pii: { said: message },
      };
      if (ERRORS[code].category !== "dependency") logger.info(line, "refused");
      else logger.warn({ ...line, ...(cause === undefined ? {} : { err: cause }) }, "refused");
    },
  };
}

/** Which limit, or what of it is wrong, where the error says so. */
function reasonOf({ details }: LiluxError): string | undefined {
  const words = [details?.["limit"], details?.["reason"]];
  return words.find((word): word is string => typeof word === "string" && REASON.test(word));
}
