import type { ItemType } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";

/** What the lexical index knows of one item. */
export interface LexicalDocument {
  /** `item_type:qualified_id`, unique in its index. */
  key: string;
  item_type: ItemType;
  /** The bare id. */
  id: string;
  name: string;
  description: string;
  tags: readonly string[];
  category: string;
  /** Names of its inputs. */
  inputs: readonly string[];
}

type LexicalField = "name" | "tags" | "description" | "inputs" | "category";

interface FieldTraits {
  boost: number;
  /** The length in words at which a field counts as neither short nor long. */
  pivot: number;
  /** BM25's b: how much length matters. */
  lengthWeight: number;
  bit: number;
}

/**
 * Fixed pivots instead of running averages: a score then depends on the item
 * and the word statistics alone, never on the order in which items arrived.
 */
const LEXICAL_FIELDS: Readonly<Record<LexicalField, FieldTraits>> = {
  name: { boost: 8, pivot: 3, lengthWeight: 0.3, bit: 1 },
  tags: { boost: 4, pivot: 4, lengthWeight: 0.2, bit: 2 },
  description: { boost: 2, pivot: 12, lengthWeight: 0.4, bit: 4 },
  inputs: { boost: 1, pivot: 4, lengthWeight: 0.4, bit: 8 },
  category: { boost: 1.2, pivot: 2, lengthWeight: 0.2, bit: 16 },
};

/** The fields in `TermInDocument.fields`, the most telling first. */
export function fieldsOfBits(bits: number): LexicalField[] {
  const fields = Object.keys(LEXICAL_FIELDS) as LexicalField[];
  return fields.filter((field) => (LEXICAL_FIELDS[field].bit & bits) !== 0);
}

const TERMS_PER_FIELD_MAX = 200;

interface TermInDocument {
  /** Boosted, length-normalised frequency over all fields. */
  weight: number;
  /** The fields it occurs in, as bits of LEXICAL_FIELDS. */
  fields: number;
}

/** A document cut into words: its stems with their weights, and which word gave which stem. */
interface AnalysedDocument {
  terms: Map<string, TermInDocument>;
  /** Every word as written, with its stem: what a prefix is looked up in. */
  words: Map<string, string>;
  /** The stems of its id: how much of a name a text holds is counted over these. */
  idStems: ReadonlySet<string>;
  /** The id's words run together, as people also type them. */
  joinedId: string;
}

export function analyseDocument(document: LexicalDocument): AnalysedDocument {
  const terms = new Map<string, TermInDocument>();
  const words = new Map<string, string>();
  const idWords = splitIdentifier(document.id);
  const texts: Record<LexicalField, string> = {
    name: document.name === document.id ? document.id : `${document.id} ${document.name}`,
    tags: document.tags.join(" "),
    description: document.description,
    inputs: document.inputs.join(" "),
    category: document.category,
  };
  for (const field of Object.keys(LEXICAL_FIELDS) as LexicalField[]) {
    addField(field, splitIdentifier(texts[field]).slice(0, TERMS_PER_FIELD_MAX), terms, words);
  }
  const joinedId = idWords.join("");
  if (idWords.length > 1) addField("name", [joinedId], terms, words);
  return { terms, words, idStems: new Set(idWords.map(stemWord)), joinedId };
}

function addField(
  field: LexicalField,
  fieldWords: readonly string[],
  terms: Map<string, TermInDocument>,
  words: Map<string, string>,
): void {
  const { boost, pivot, lengthWeight, bit } = LEXICAL_FIELDS[field];
  const norm = 1 - lengthWeight + lengthWeight * (fieldWords.length / pivot);
  for (const word of fieldWords) {
    const stem = stemWord(word);
    words.set(word, stem);
    const term = terms.get(stem) ?? { weight: 0, fields: 0 };
    term.weight += boost / norm;
    term.fields |= bit;
    terms.set(stem, term);
  }
}
