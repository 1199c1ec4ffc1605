import type { Context } from "./runtime.js";

/** What an operation of a refresh may use. Its looks at a host may go out with those of other resources, because none of them changes anything. */
export function refreshing(context: Context): Context {
  return {
    ...context,
    refreshes: true,
    host: (connection) => {
      const host = context.host(connection);
      return {
        node: host.node,
        place: host.place,
        once: (name, ask) => host.once(name, ask),
        forget: () => host.forget(),
        run: (script, options) => host.run(script, { ...options, withOthers: true }),
      };
    },
  };
}
