import { type Grant, itemTypeOf } from "@lilux/protocol";
import type { XmlElement } from "./read-xml.ts";
import { childElements, ownTextOf, textOf } from "./xml-queries.ts";

/**
 * A permissions block as grants. The flat form names the verb in the tag and
 * the resource in attributes; the matrix form nests resources with an id glob as
 * text inside the verb; a bare `*` grants everything.
 */
export function readGrants(permissions: XmlElement | undefined): Grant[] {
  if (permissions === undefined) return [];
  const grants = childElements(permissions).flatMap(grantsOfVerb);
  if (ownTextOf(permissions) === "*") grants.unshift(everything("*"));
  return grants;
}

function grantsOfVerb(element: XmlElement): Grant[] {
  const inner = childElements(element);
  if (inner.length > 0) {
    return inner.map((child) => ({
      verb: element.name,
      attributes: {
        ...element.attributes,
        ...child.attributes,
        ...(itemTypeOf(child.name) !== undefined
          ? {
              resource: resourceOf(child.name),
              id: textOf(child) || (child.attributes["id"] ?? "*"),
            }
          : { resource: child.name, value: textOf(child) }),
      },
    }));
  }
  const text = textOf(element);
  if (text === "*" && Object.keys(element.attributes).length === 0) {
    return [everything(element.name)];
  }
  const attributes = { ...element.attributes };
  const { resource } = attributes;
  return [
    {
      verb: element.name,
      attributes:
        resource === undefined ? attributes : { ...attributes, resource: resourceOf(resource) },
    },
  ];
}

/** One word per thing, so that grants can be compared. */
function resourceOf(name: string): string {
  return itemTypeOf(name) ?? name;
}

function everything(verb: string): Grant {
  return { verb, attributes: { resource: "*", id: "*" } };
}
