import { type ChannelOptions, experimental } from "@grpc/grpc-js";

type Listener = experimental.ResolverListener;

/** A name whose addresses a test changes, told to whoever asks, as DNS does. */
export interface ChangingName {
  target: string;
  set(ports: readonly number[]): void;
}

let names = 0;

export function changingName(): ChangingName {
  let ports: readonly number[] = [];
  names += 1;
  const scheme = `test-name-${names}`;

  class NameResolver implements experimental.Resolver {
    readonly #listener: Listener;

    constructor(_target: experimental.GrpcUri, listener: Listener, _options: ChannelOptions) {
      this.#listener = listener;
    }

    static getDefaultAuthority(): string {
      return "name";
    }

    updateResolution(): void {
      const endpoints = ports.map((port) => ({ addresses: [{ host: "127.0.0.1", port }] }));
      setImmediate(() => this.#listener(experimental.statusOrFromValue(endpoints), {}, null, ""));
    }

    destroy(): void {}
  }

  experimental.registerResolver(scheme, NameResolver);
  return {
    target: `${scheme}:name`,
    set(next) {
      ports = next;
    },
  };
}
