import type { WritingFiles } from "@lilux/files";

/** What writes in a folder of a tenant's: these files, or what keeps them from a library that is another's by now. */
export type FilesOf = (tenant: string, folder: string, files: WritingFiles) => WritingFiles;
