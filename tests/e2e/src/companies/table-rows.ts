import { existsSync } from "node:fs";
import { dumpTables, openDatabase } from "@lilux/database";

/** Every row of every table of embedded databases that nobody uses any more. */
export async function tableRows(folders: readonly string[]): Promise<string[]> {
  const rows: string[] = [];
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    const database = openDatabase(`pglite:${folder}`);
    try {
      await dumpTables(database, async (row) => void rows.push(row));
    } finally {
      await database.close();
    }
  }
  return rows;
}
