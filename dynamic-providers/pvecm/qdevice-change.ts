import { Failure } from "../../config/failure/failure.js";
import { consentTo } from "../../config/plan/consents.js";
import { reasons } from "../health/condition.js";
import { membersOnline, quorum } from "../health/member.js";
import type { Change } from "../kit/change.js";
import { sentence } from "../shell/shell.js";
import { type ConfiguredDevice, complaintsAboutVote, type DeviceFacts } from "./qdevice-facts.js";

export type DeviceStep = "set-up" | "replace" | "mend" | "remove";

export interface WantedDevice {
  readonly cluster: string;
  readonly address: string;
  readonly members: readonly string[];
}

/** `pvecm` gives an even number of nodes one more vote, and an odd one all votes but one. */
const algorithmFor = (nodes: number): string => (nodes % 2 === 0 ? "ffsplit" : "lms");

/** What has to happen so that every member counts the vote of the wanted device. */
export function planDevice(
  wanted: WantedDevice | undefined,
  facts: readonly DeviceFacts[],
): Change<DeviceStep>[] {
  const configured = facts.find((one) => one.configured !== undefined)?.configured;
  if (wanted === undefined) {
    return configured === undefined ? [] : [removal(configured)];
  }
  if (configured === undefined) {
    return [
      {
        kind: "add",
        path: "qdevice",
        from: "absent",
        to: `a vote from ${wanted.address}`,
        step: "set-up",
      },
    ];
  }
  const algorithm = algorithmFor(wanted.members.length);
  if (configured.host !== wanted.address || configured.algorithm !== algorithm) {
    return [
      {
        kind: "change",
        path: "qdevice",
        from: `${configured.algorithm} from ${configured.host}`,
        to: `${algorithm} from ${wanted.address}`,
        step: "replace",
      },
    ];
  }
  return facts.flatMap((one) => {
    const wrong = complaintsAboutVote(one);
    return wrong.length === 0
      ? []
      : [
          {
            // Nothing of anybody's is overwritten: the configuration wants the vote already.
            kind: "add" as const,
            path: `qdevice["${one.node}"]`,
            from: wrong.join(" and "),
            to: "counts the vote",
            // A member without certificates cannot get them alone; the set-up is for all of them.
            step: facts.every(({ hasCertificates }) => hasCertificates)
              ? ("mend" as const)
              : ("replace" as const),
          },
        ];
  });
}

export function removal({ host }: ConfiguredDevice): Change<DeviceStep> {
  return {
    kind: "remove",
    path: "qdevice",
    from: `a vote from ${host}`,
    to: "absent",
    consent: consentTo.qdevice,
    step: "remove",
  };
}

/** What stands against touching the device; empty when nothing does. `pvecm` would stop half-way at most of these. */
export function objectionsToDevice(
  members: readonly string[],
  facts: readonly DeviceFacts[],
  unreachableFrom: readonly string[],
  address: string,
): string[] {
  const [first] = facts;
  const membersOfConf = first?.membership.conf?.nodes.map(({ name }) => name) ?? [];
  const notYet = members.filter((name) => !membersOfConf.includes(name));
  return [
    ...reasons(facts.map(({ node, membership }) => quorum(node, membership))),
    ...(notYet.length === 0 ? [] : [`${notYet.join(", ")} did not join yet`]),
    ...(first === undefined
      ? []
      : reasons([membersOnline(first.node, first.membership, membersOfConf)])),
    ...facts
      .filter(({ installed }) => !installed)
      .map(({ node }) => `${node} has no package corosync-qdevice`),
    ...unreachableFrom.map((node) => `${node} does not reach ${address} at TCP 5403`),
  ];
}

/** The refusal that these objections make, before anything was changed. */
export function refusal(tried: string, node: string, objections: readonly string[]): Failure {
  const noServer = objections.some((one) => one.includes("TCP 5403"));
  return new Failure("refused", {
    tried: tried,
    where: node,
    cameBack: `refused, nothing was changed: ${objections.join("; ")}`,
    doNext: [
      ...(noServer
        ? ["install and start corosync-qnetd on that host and open TCP 5403 for the nodes"]
        : ["put this right"]),
      "then run `pulumi up` again",
    ]
      .map((part, index) => (index === 0 ? sentence(part).replace(/\.$/, "") : part))
      .join(", ")
      .concat("."),
  });
}

/**
 * Whether the device must go first. It counts by the number of nodes, and one that joins gets neither its certificates nor its
 * daemon. A node that leaves is off, and then `pvecm` touches no device; in a pair its vote is what lets the node go.
 */
export function planPause(
  wanted: { readonly members: readonly string[]; readonly device: boolean },
  { configured, membership }: DeviceFacts,
): Change<"remove">[] {
  if (configured === undefined) {
    return [];
  }
  const present = membership.conf?.nodes.map(({ name }) => name) ?? [];
  const joining = wanted.members.filter((name) => !present.includes(name));
  if (!wanted.device) {
    return [{ ...removal(configured), kind: "add", step: "remove" }];
  }
  return joining.length === 0
    ? []
    : [
        {
          // It comes back behind the joins, so nothing of it is lost.
          kind: "add",
          path: "qdevice",
          from: `a vote from ${configured.host}`,
          to: `none while ${joining.join(", ")} joins`,
          step: "remove",
        },
      ];
}
