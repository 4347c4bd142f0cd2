/** One labelled line as a ranker sees it: its candidates' features and what was said of one of them. */
export interface StudiedLine {
  /** Per candidate, in the order of the ranker's feature names. */
  rows: readonly (readonly number[])[];
  /** Per candidate, by the ranker that the fit begins with, before any temperature. */
  utilities: readonly number[];
  /** Places of the candidates that are the call in question; none where it was not proposed. */
  meant: readonly number[];
  /** The call was meant; false: it was not. */
  right: boolean;
  /** From 0 up: how much the line counts. */
  weight: number;
  characters: number;
}

/** The places that are right by what is known of the line; undefined where nothing follows. */
export function rightPlaces({ rows, meant, right }: StudiedLine): readonly number[] | undefined {
  if (meant.length === 0) return undefined;
  if (right) return meant;
  const others = rows.map((_, place) => place).filter((place) => !meant.includes(place));
  return others.length === 0 ? undefined : others;
}
