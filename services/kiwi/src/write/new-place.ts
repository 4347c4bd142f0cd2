import { assertItemId } from "@lilux/library-index";
import type { ExecuteArguments } from "@lilux/protocol";
import { fieldProblem } from "../files/field-problem.ts";
import { type ItemPlace, itemPlaceOf, pathOfItem } from "../library/item-place.ts";
import { itemNameProblem } from "./item-name-problem.ts";

const CATEGORIES_MAX = 8;

/**
 * Where a new item is to lie. Its category is what its id says or what
 * `category` says, not two different things. Throws `invalid_request` for what
 * looks like a path and `invalid_inputs` for names that cannot be kept.
 */
export function newPlace(
  { item_type, item_id }: Pick<ExecuteArguments, "item_type" | "item_id">,
  category: string | undefined,
): ItemPlace {
  assertItemId(item_id);
  const segments = item_id.normalize().split("/");
  const name = segments.pop() ?? "";
  const said = category === undefined || category === "" ? [] : category.normalize().split("/");
  if (category !== undefined && segments.length > 0 && segments.join("/") !== said.join("/")) {
    throw fieldProblem("category", "differs from the category that item_id begins with");
  }
  const folders = segments.length > 0 ? segments : said;
  if (folders.length > CATEGORIES_MAX) {
    throw fieldProblem("category", `is nested more than ${CATEGORIES_MAX} deep`);
  }
  for (const folder of folders) assertName(folder, category === undefined ? "item_id" : "category");
  assertName(name, "item_id");
  const place = itemPlaceOf(pathOfItem(item_type, [...folders, name].join("/")));
  if (place === undefined) {
    throw fieldProblem("item_id", "is a name that libraries use for other things, such as lib");
  }
  return place;
}

function assertName(name: string, field: string): void {
  const problem = itemNameProblem(name);
  if (problem !== undefined) throw fieldProblem(field, `${JSON.stringify(name)} ${problem}`);
}
