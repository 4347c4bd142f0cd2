/** What `npm run bench -- kiwi` can be told. */
export interface KiwiBenchOptions {
  /** Library sizes. */
  items: number[];
  /** Script runs to time. */
  runs: number;
  write?: boolean;
}
