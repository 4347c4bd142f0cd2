/** What `npm run bench -- keystroke` can be told. */
export interface KeystrokeBenchOptions {
  sockets: number;
  rate: number;
  seconds: number;
  items: number;
  write?: boolean;
}
