import { type Bus, connectNatsBus } from "@lilux/bus";
import { silentLogger } from "@lilux/testkit";
import type { Running } from "./start-mode.ts";

/** The bus as its operator sees it: everything. */
export function operatorBus({ inside }: Running): Promise<Bus> {
  if (inside === undefined) throw new Error("there is no bus outside the process");
  const { natsUrl: url, operator } = inside;
  return connectNatsBus({ url, name: "e2e", logger: silentLogger(), ...operator });
}
