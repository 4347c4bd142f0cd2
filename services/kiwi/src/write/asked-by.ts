import type { CallOrigin, Mandate } from "@lilux/protocol";
import type { LibraryAct } from "../library/library-home.ts";

/** For whom and in which turn something is changed. */
export function askedBy(
  mandate: Mandate | undefined,
  { callId, origin }: { callId?: string | undefined; origin?: CallOrigin | undefined },
): Pick<LibraryAct, "person" | "turnId" | "callId"> {
  const person = mandate === undefined ? undefined : { id: mandate.person, name: mandate.name };
  return { person, turnId: origin?.turnId, callId: callId ?? "none" };
}
