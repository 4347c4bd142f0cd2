import { Component, type ComponentChildren, type ComponentType, h } from "preact";

/** A component that renders again only when one of its properties is another value. */
export function memo<P extends object>(view: (props: P) => ComponentChildren): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before = this.props as Record<string, unknown>;
      const after = next as Record<string, unknown>;
      const names = new Set([...Object.keys(before), ...Object.keys(after)]);
      return [...names].some((name) => before[name] !== after[name]);
    }
    override render(): ComponentChildren {
      return h(view, this.props);
    }
  };
}
