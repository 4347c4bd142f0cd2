export { grantedPrimitives } from "./granted-primitives.ts";
export { intersectGrants } from "./intersect-grants.ts";
export { matchesGlob } from "./matches-glob.ts";
export { permitsCall } from "./permits-call.ts";
