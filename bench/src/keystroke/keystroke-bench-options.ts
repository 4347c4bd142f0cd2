/** What `npm run bench -- keystroke` can be told. */
export interface KeystrokeBenchOptions {
  sockets: number;
  rate: number;
  /** Of the row that is meant to be more than the machine can do. */
  fastRate: number;
  seconds: number;
  items: number;
  write?: boolean;
}
