import { join } from "node:path";

/** The folder of this checkout: models, the demo library and the services are found from it. */
export const CHECKOUT = join(import.meta.dirname, "..", "..", "..");
