import type { Logger } from "@lilux/runtime";

/**
 * A key is put into the file, or taken out, and the process told by SIGHUP,
 * which would end it otherwise. For a process of its own: signals belong to it whole.
 */
export function reloadKeysOnHangup(service: { reloadKeys(): void }, logger: Logger): void {
  process.on("SIGHUP", () => {
    try {
      service.reloadKeys();
      logger.info("API keys read anew");
    } catch (err) {
      logger.error({ err }, "the API keys stay: the new ones cannot be used");
    }
  });
}
