import type { PartyName } from "@lilux/certificates";
import type { KiwiServiceService } from "../generated/lilux/kiwi/v1/kiwi.ts";
import type { OrchestratorServiceService } from "../generated/lilux/orchestrator/v1/orchestrator.ts";

/** Who may call which methods of a service. */
export type Callers<M extends string = string> = Partial<
  Record<PartyName, "every method" | readonly M[]>
>;

/**
 * The one table of who may call whom: a service that needs one more method gets it here, where a
 * reviewer sees it. By certificate, so it holds where connections are made with them.
 */
export const CALLERS = {
  kiwi: {
    gateway: "every method",
    router: ["listItems"],
    "context-warmer": ["discover", "listItems"],
    orchestrator: ["search", "load", "execute", "listItems"],
  } satisfies Callers<keyof typeof KiwiServiceService>,
  orchestrator: {
    gateway: "every method",
  } satisfies Callers<keyof typeof OrchestratorServiceService>,
} as const;

/** `path` is that of a call: `/package.Service/Method`. */
export function mayCall(callers: Callers, caller: PartyName | undefined, path: string): boolean {
  const methods = caller === undefined ? undefined : callers[caller];
  if (methods === undefined || methods === "every method") return methods !== undefined;
  const asked = path.slice(path.lastIndexOf("/") + 1);
  return methods.some((method) => method.toLowerCase() === asked.toLowerCase());
}
