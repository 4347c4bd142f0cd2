import type { CallActor, CallOrigin, Grant } from "@lilux/protocol";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { requests } from "./parsers.ts";

/** For whom and by whom a call is made, as requests hold it. */
interface OnBehalf {
  grants?: Grant[];
  origin?: CallOrigin;
  by?: CallActor;
  tainted?: boolean;
}

/** The same, as messages carry it. */
interface OnBehalfMessage {
  grantsJson?: Buffer | undefined;
  origin?: CallOrigin | undefined;
  by?: string | undefined;
  tainted?: boolean | undefined;
}

export function onBehalfToMessage({ grants, origin, by, tainted }: OnBehalf): OnBehalfMessage {
  return {
    grantsJson: grants === undefined ? undefined : toJsonBytes(grants),
    origin,
    by,
    tainted,
  };
}

/** No grants and an empty list stay apart: the one binds nothing, the other everything. */
export function onBehalfFromMessage({ grantsJson, origin, by, tainted }: OnBehalfMessage) {
  return {
    ...(grantsJson === undefined
      ? {}
      : { grants: fromJsonBytes(grantsJson, requests.grants, "grants") }),
    ...(origin === undefined ? {} : { origin }),
    // Whether it is one of the known actors is for the request's parser to say.
    ...(by === undefined ? {} : { by }),
    ...(tainted === undefined ? {} : { tainted }),
  };
}
