export { flushFolder, putFile } from "./put-file.ts";
export { replaceFile } from "./replace-file.ts";
export { writeNewFile } from "./write-new-file.ts";
export { SYSTEM_FILES, type WritingFiles } from "./writing-files.ts";
