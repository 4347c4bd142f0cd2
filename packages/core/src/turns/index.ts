export { confidenceOnEnter } from "./confidence-on-enter.ts";
export { decidePath } from "./decide-path.ts";
