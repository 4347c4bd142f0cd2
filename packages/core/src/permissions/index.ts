export { grantedPrimitives } from "./granted-primitives.ts";
export { intersectGrants } from "./intersect-grants.ts";
export { matchesGlob } from "./matches-glob.ts";
export {
  type PermissionAnswer,
  type PermissionQuestion,
  permitsCall,
} from "./permits-call.ts";
