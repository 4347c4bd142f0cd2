export type {
  Appended,
  AppendOptions,
  Bus,
  BusMessage,
  ConsumeOptions,
  ReadOptions,
  RequestOptions,
  SendOptions,
  StreamMessage,
  StreamName,
  Subscription,
} from "./bus.ts";
export { STREAMS, type StreamSettings } from "./streams.ts";
export { subjects } from "./subjects.ts";
