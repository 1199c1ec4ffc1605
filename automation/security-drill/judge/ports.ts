import { type ExpectedPorts, isExpected } from "../expected-ports.js";
import type { Fact } from "../fact.js";
import { judged, type SecurityFinding } from "../finding.js";
import { isLoopback, type Listener } from "../listeners.js";

export interface PortsSeen {
  readonly listeners: Fact<readonly Listener[]>;
  /** Those of the tried ports that took a connection from here. */
  readonly open: Fact<readonly number[]>;
}

/** Helpers of NFS wait at ports of their own choice, and the kernel's have no program. */
const OF_NFS: readonly string[] = ["", "rpc.statd", "rpcbind"];

export function judgePorts(
  node: string,
  { listeners, open }: PortsSeen,
  expected: readonly ExpectedPorts[],
  nfs: boolean,
): readonly SecurityFinding[] {
  const reached = open.known ? open.value : [];
  const heard = listeners.known ? listeners.value : [];
  return [
    ...judged(listeners, { node, at: "ports" }, (all) =>
      unique(all.filter((one) => isStrange(one, expected, nfs))).map((one) =>
        listening(node, one, one.protocol === "tcp" && reached.includes(one.port)),
      ),
    ),
    ...judged(open, { node, at: "ports from here" }, (ports) =>
      ports
        .filter((port) => !isExpected({ protocol: "tcp", port }, expected))
        .filter(
          (port) =>
            !heard.some((one) => one.protocol === "tcp" && one.port === port && !isLoopback(one)),
        )
        .map((port) => answering(node, port)),
    ),
  ];
}

/** What waits for others and belongs to nothing in the file. */
export const isStrange = (
  one: Listener,
  expected: readonly ExpectedPorts[],
  nfs: boolean,
): boolean =>
  !isLoopback(one) && !isExpected(one, expected) && !(nfs && OF_NFS.includes(one.program));

function unique(all: readonly Listener[]): readonly Listener[] {
  return [
    ...new Map(all.map((one) => [`${one.protocol} ${one.port} ${one.program}`, one])).values(),
  ];
}

function listening(node: string, one: Listener, isReached: boolean): SecurityFinding {
  const { protocol, port, program, address } = one;
  const at = `${protocol} ${port}`;
  const seen = isReached
    ? "takes connections from here"
    : protocol === "tcp"
      ? "took no connection from here"
      : "not tried from here, as UDP says nothing";
  return {
    node,
    at,
    severity: isReached ? "error" : "warning",
    found: `${program || "the kernel"} waits at ${address}:${port}, which nothing in the file needs (${seen})`,
    fix:
      program === "rpcbind"
        ? `On ${node}: \`systemctl disable --now rpcbind.socket rpcbind.service\``
        : `On ${node}: \`ss -${protocol === "tcp" ? "l" : "lu"}npH 'sport = :${port}'\` says which process; stop its unit (\`systemctl disable --now UNIT\`) or bind it to 127.0.0.1`,
  };
}

function answering(node: string, port: number): SecurityFinding {
  return {
    node,
    at: `tcp ${port}`,
    severity: "error",
    found: "takes connections from here, and the host itself tells of nobody who waits there",
    fix: `On ${node}: \`nft list ruleset\` shows a rule that passes it on, and a gateway between may`,
  };
}
