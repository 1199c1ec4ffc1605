import { nodeOf } from "../../../config/plan/index.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { NodeFacts } from "../node-facts.js";
import { isMember, type JudgeContext } from "./context.js";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const TMP_ERROR_BYTES = 64 * MIB;
/** Less than this and an installation of packages fails half-way. */
const SPACE_ERROR_BYTES = 2 * GIB;
const SPACE_WARNING_BYTES = 5 * GIB;
/** Firmware, graphics and the kernel keep some memory for themselves. */
const MEMORY_SHARE = 0.9;

/** Version, names, space, memory, packages, time source and watchdog of one node. */
export function judgeHost(context: JudgeContext, facts: NodeFacts): DoctorFinding[] {
  return [
    ...version(context, facts),
    ...names(context, facts),
    ...space(facts),
    ...memory(context, facts),
    ...packages(facts),
    ...timeSource(facts),
    ...watchdog(context, facts),
  ];
}

function version(
  { plan, channel, seen }: JudgeContext,
  { node, membership, kernel, subscription }: NodeFacts,
): DoctorFinding[] {
  const { pveVersion } = membership;
  const major = /^(\d+)\./.exec(pveVersion)?.[1];
  if (major === undefined) {
    return [
      findingOf(
        node,
        "error",
        "proxmox/missing",
        "pveversion says nothing",
        `Install Proxmox VE ${plan.major} on ${node}, or correct its address in the stack file.`,
      ),
    ];
  }
  const found: DoctorFinding[] = [];
  if (Number(major) !== plan.major) {
    found.push(
      findingOf(
        node,
        "error",
        "proxmox/version",
        `Proxmox VE ${pveVersion} is installed; the stack file says ${plan.major}`,
        `Upgrade or reinstall ${node}, or correct \`proxmox.major\`.`,
      ),
    );
  }
  const [first] = seen;
  if (first !== undefined && first.membership.pveVersion !== pveVersion) {
    found.push(
      findingOf(
        node,
        "warning",
        "proxmox/versions-differ",
        `Proxmox VE ${pveVersion} here, ${first.membership.pveVersion} on ${first.node}`,
        "Bring all nodes to the same version before they form a cluster.",
      ),
    );
  } else if (first !== undefined && first.kernel !== kernel) {
    const evidence = `kernel ${kernel} here, ${first.kernel} on ${first.node}`;
    found.push(findingOf(node, "info", "proxmox/versions-differ", evidence));
  }
  if (channel === "enterprise" && subscription !== "active") {
    found.push(
      findingOf(
        node,
        "error",
        "proxmox/subscription",
        `the subscription is "${subscription}", and the enterprise channel answers nobody without one`,
        "Enter the subscription key on the node, or choose `channel: no-subscription`.",
      ),
    );
  }
  if (channel !== "enterprise" && subscription === "active") {
    found.push(
      findingOf(
        node,
        "info",
        "proxmox/subscription",
        `there is an active subscription, and the stack file chooses ${channel}`,
        "Choose `channel: enterprise` to use what is paid for.",
      ),
    );
  }
  return found;
}

function names({ plan }: JudgeContext, facts: NodeFacts): DoctorFinding[] {
  const { node, membership } = facts;
  const { address } = nodeOf(plan, node);
  const member = isMember(plan, facts);
  const severity = member ? "error" : "warning";
  const fix = member
    ? "Correct /etc/hosts on the node, or run `up`, which writes it."
    : "Nothing, if `up` may write /etc/hosts; otherwise correct it by hand.";
  const found: DoctorFinding[] = [];
  if (membership.hostName !== node) {
    found.push(
      findingOf(
        node,
        "error",
        "host/name",
        `the host at ${address} calls itself ${membership.hostName || "nothing"}`,
        "Correct the address or the name in the stack file, or rename the host while it is in no cluster.",
      ),
    );
  }
  if (membership.ownAddress !== address) {
    const seen = membership.ownAddress || "no address";
    found.push(
      findingOf(node, severity, "names/own", `its own name leads to ${seen}, not ${address}`, fix),
    );
  }
  const others = plan.nodes.filter(({ name }) => name !== node);
  const unknown = others.filter(({ name }) => membership.resolves[name] === undefined);
  if (unknown.length > 0) {
    const list = unknown.map(({ name }) => name).join(", ");
    found.push(
      findingOf(node, member ? "error" : "info", "names/member", `does not know ${list} yet`, fix),
    );
  }
  for (const other of others) {
    const seen = membership.resolves[other.name];
    if (seen !== undefined && seen !== other.address) {
      const evidence = `${other.name} leads to ${seen}, not ${other.address}`;
      found.push(findingOf(node, severity, "names/member", evidence, fix));
    }
  }
  return found;
}

function space({ node, space }: NodeFacts): DoctorFinding[] {
  return space.flatMap(({ mount, freeBytes, sizeBytes }) => {
    if (mount === "/tmp") {
      return temporary(node, freeBytes);
    }
    const low = freeBytes < SPACE_WARNING_BYTES || freeBytes < sizeBytes / 20;
    return low
      ? [
          findingOf(
            node,
            freeBytes < SPACE_ERROR_BYTES ? "error" : "warning",
            "host/space",
            `${gib(freeBytes)} of ${gib(sizeBytes)} are free on ${mount}`,
            `Make room on ${mount}; \`apt-get clean\` and \`journalctl --vacuum-size=200M\` often help.`,
          ),
        ]
      : [];
  });
}

/** Often a part of the memory and small; a full one lets scripts and installations fail in odd ways. */
function temporary(node: string, freeBytes: number): DoctorFinding[] {
  const evidence = `${Math.floor(freeBytes / MIB)} MiB are free on /tmp`;
  const fix = "Remove what is left over in /tmp; nothing can be asked or installed without it.";
  return freeBytes < TMP_ERROR_BYTES ? [findingOf(node, "error", "host/space", evidence, fix)] : [];
}

function memory({ plan }: JudgeContext, { node, memoryBytes }: NodeFacts): DoctorFinding[] {
  const { hardware } = nodeOf(plan, node);
  const wanted = hardware.memory;
  if (wanted === undefined || memoryBytes >= wanted * MEMORY_SHARE) {
    return [];
  }
  return [
    findingOf(
      node,
      "warning",
      "host/memory",
      `${gib(memoryBytes)} of memory; the profile ${hardware.profile} says ${gib(wanted)}`,
      `Say \`overrides: { memory: ${Math.ceil(memoryBytes / GIB)}GiB }\` at the node, or look for a module that is not seated.`,
    ),
  ];
}

function packages({ node, brokenPackages }: NodeFacts): DoctorFinding[] {
  return brokenPackages === ""
    ? []
    : [
        findingOf(
          node,
          "error",
          "host/packages",
          `dpkg --audit says: ${brokenPackages.slice(0, 300)}`,
          "Run `dpkg --configure -a` and `apt-get -f install` on the node.",
        ),
      ];
}

function timeSource({ node, chrony }: NodeFacts): DoctorFinding[] {
  if (chrony.active && chrony.synchronised) {
    return [];
  }
  const evidence = chrony.active ? "chrony is not synchronised" : "chrony does not run";
  return [
    findingOf(
      node,
      "warning",
      "host/time-source",
      evidence,
      "Check that the node reaches the servers of `base.ntp` on UDP port 123.",
    ),
  ];
}

function watchdog({ plan }: JudgeContext, { node, watchdog }: NodeFacts): DoctorFinding[] {
  const wanted = plan.fencing.watchdogs[node] ?? "none";
  if (wanted === "none") {
    return [];
  }
  if (!watchdog.modulePresent) {
    return [
      findingOf(
        node,
        "warning",
        "host/watchdog",
        `the kernel has no module ${wanted}; devices: ${watchdog.devices.join(", ") || "none"}`,
        "Name another watchdog under `overrides`; without one that works a hung node is not reset.",
      ),
    ];
  }
  return watchdog.devices.length === 0
    ? [
        findingOf(
          node,
          "warning",
          "host/watchdog",
          "there is no watchdog device",
          "Check that watchdog-mux runs and that the firmware has its watchdog enabled.",
        ),
      ]
    : [];
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
