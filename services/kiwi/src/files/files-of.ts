import type { WritingFiles } from "@lilux/files";
import type { Tenant } from "@lilux/protocol";

/** What writes in a folder of a tenant's: these files, or what keeps them from a library that is another's by now. */
export type FilesOf = (tenant: Tenant, folder: string, files: WritingFiles) => WritingFiles;
