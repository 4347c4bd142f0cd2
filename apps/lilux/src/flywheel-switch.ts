import { LiluxError } from "@lilux/protocol";
import type { Environment } from "./environment.ts";

/** Whether LILUX_FLYWHEEL asks for the flywheel. Throws `config_invalid` for anything but `on` and `off`. */
export function isFlywheelOn(env: Environment): boolean {
  const value = env["LILUX_FLYWHEEL"] ?? "";
  if (value === "on") return true;
  if (value === "off" || value === "") return false;
  throw new LiluxError("config_invalid", { message: "LILUX_FLYWHEEL must be on or off." });
}
