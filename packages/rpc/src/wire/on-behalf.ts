import type { CallOrigin, Grant } from "@lilux/protocol";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { requests } from "./parsers.ts";

/** For whom a call is made, as requests hold it. */
interface OnBehalf {
  grants?: Grant[];
  origin?: CallOrigin;
}

/** The same, as messages carry it. */
interface OnBehalfMessage {
  grantsJson?: Buffer | undefined;
  origin?: CallOrigin | undefined;
}

export function onBehalfToMessage({ grants, origin }: OnBehalf): OnBehalfMessage {
  return { grantsJson: grants === undefined ? undefined : toJsonBytes(grants), origin };
}

/** No grants and an empty list stay apart: the one binds nothing, the other everything. */
export function onBehalfFromMessage({ grantsJson, origin }: OnBehalfMessage): OnBehalf {
  return {
    ...(grantsJson === undefined
      ? {}
      : { grants: fromJsonBytes(grantsJson, requests.grants, "grants") }),
    ...(origin === undefined ? {} : { origin }),
  };
}
