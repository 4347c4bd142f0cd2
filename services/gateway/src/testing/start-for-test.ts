import { onTestFinished } from "vitest";
import { startGateway, type TestGateway, type TestGatewayOptions } from "./start-gateway.ts";

/** A gateway that ends with the test that it was started in. */
export async function startForTest(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startGateway(options);
  onTestFinished(() => gateway.stop());
  return gateway;
}
