export { ownerOf, rankOf } from "./owner-of.ts";
