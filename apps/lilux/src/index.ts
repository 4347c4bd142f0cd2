export { createProgram } from "./create-program.ts";
export {
  type Distributed,
  type DistributedOptions,
  startDistributed,
} from "./distributed/start-distributed.ts";
export { createEmbedded, type Embedded, type EmbeddedOptions } from "./embedded/create-embedded.ts";
export { stubFile } from "./examples/stub-file.ts";
