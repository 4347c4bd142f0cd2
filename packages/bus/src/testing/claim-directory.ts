import { lockDirectory } from "../lock-directory.ts";

/** A process that claims a folder when it is told to, says how it went, and stays. */
const [, , directory = ""] = process.argv;
process.on("message", () => {
  lockDirectory(directory).then(
    () => process.send?.("held"),
    () => process.send?.("refused"),
  );
});
process.send?.("up");
