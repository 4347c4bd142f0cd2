import { Metadata } from "@grpc/grpc-js";

const TRACEPARENT = "traceparent";

export function traceMetadata(traceparent: string | undefined): Metadata {
  const metadata = new Metadata();
  if (traceparent !== undefined) metadata.set(TRACEPARENT, traceparent);
  return metadata;
}

export function traceparentOf(metadata: Metadata): string | undefined {
  const [value] = metadata.get(TRACEPARENT);
  return typeof value === "string" ? value : undefined;
}
