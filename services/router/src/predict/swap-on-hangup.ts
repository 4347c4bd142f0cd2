import type { Logger } from "@lilux/runtime";

/**
 * A new model is put into the folder, or the folder's link is turned, and the
 * process told by SIGHUP. For a process of its own: signals belong to it whole.
 */
export function swapModelOnHangup(
  service: { swapModel(directory: string): Promise<void> },
  directory: string,
  logger: Logger,
): void {
  process.on("SIGHUP", () => {
    service.swapModel(directory).then(
      () => logger.info({ directory }, "model swapped"),
      (err: unknown) => logger.error({ err }, "the model stays: the new one cannot be used"),
    );
  });
}
