import { type Bus, subjects } from "@lilux/bus";
import { createParser, type FlywheelRequest, LiluxError, type Tenant } from "@lilux/protocol";
import type { TSchema } from "typebox";

/** Making an embedded database, and a dataset of a hundred thousand turns, work for seconds. */
const WITHIN_MS = 60_000;

/** Asks the tenant's flywheel, and reads what it answers as that form. */
export type AskFlywheel = <S extends TSchema>(
  tenant: Tenant,
  request: FlywheelRequest,
  answer: S,
  withinMs?: number,
) => Promise<ReturnType<ReturnType<typeof createParser<S>>["parse"]>>;

export function createAskFlywheel(bus: Pick<Bus, "request">): AskFlywheel {
  return async (tenant, request, answer, withinMs = WITHIN_MS) => {
    const parser = createParser(answer, "the flywheel's answer", "internal");
    try {
      const options = { deadlineMs: withinMs };
      return parser.parse(await bus.request(subjects.flywheel(tenant), request, options));
    } catch (thrown) {
      throw asFlywheelError(thrown);
    }
  };
}

/** Nobody who answers is the usual case: the flywheel runs only where it was asked for. */
function asFlywheelError(thrown: unknown): LiluxError {
  const error = LiluxError.from(thrown);
  const isAway = error.code === "bus_unavailable" || error.code === "deadline_exceeded";
  return isAway ? new LiluxError("flywheel_unavailable", { cause: error }) : error;
}
