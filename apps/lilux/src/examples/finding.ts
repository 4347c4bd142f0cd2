/** What is wrong with one example. */
export interface Finding {
  id: string;
  rule: string;
  problem: string;
}
