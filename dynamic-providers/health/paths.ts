import type { PathResult } from "../measure/paths.js";
import type { Condition } from "./condition.js";

/** A path carries packets of full size, by the right port and from the right address. */
export function pathCarries(node: string, path: PathResult): Condition {
  const wrong = complaint(path);
  const time = path.averageMs === undefined ? "" : `, ${path.averageMs} ms`;
  const evidence = `${node} -> ${path.toNode} (${path.network}, ${path.from} -> ${path.to}): ${wrong}`;
  return {
    name: "path",
    node,
    met: wrong === undefined,
    title: `path ${path.network} to ${path.toNode}`,
    value:
      wrong === undefined
        ? `${path.mtu} bytes unfragmented through ${path.device}, ${path.received} of ${path.sent}${time}`
        : evidence,
    evidence,
    doNext: "Check cable, MTU of every port and switch on the way, and the routes of the ring.",
  };
}

function complaint(path: PathResult): string | undefined {
  if (path.received === 0) {
    return path.device === ""
      ? "no route"
      : `nothing comes back at ${path.mtu} bytes through ${path.device}`;
  }
  if (path.received < path.sent) {
    return `${path.sent - path.received} of ${path.sent} packets lost`;
  }
  if (path.through !== undefined && !path.through.includes(path.device)) {
    return `the way goes through ${path.device || "no port"} instead of ${path.through.join(" or ")}`;
  }
  return path.source !== "" && path.source !== path.from
    ? `the kernel chooses ${path.source} as source instead of ${path.from}`
    : undefined;
}
