import { isLinkLocal } from "../../../config/plan/address.js";
import { nodeOf } from "../../../config/plan/index.js";
import type { RingPlan } from "../../../config/plan/ring.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { NicFacts, NodeFacts } from "../node-facts.js";
import type { JudgeContext } from "./context.js";

/** Ports, cables and who else would configure them. */
export function judgeNetwork(context: JudgeContext, facts: NodeFacts): DoctorFinding[] {
  return [
    ...ports(context, facts),
    ...context.plan.rings.flatMap((ring) => [
      ...ringPorts(ring, facts),
      ...frrVersion(ring, facts),
      ...owner(ring, facts),
    ]),
    ...facts.neighbours.map(({ port, name }) =>
      findingOf(facts.node, "info", "network/lldp", `${port} leads to ${name}`),
    ),
  ];
}

function ports({ plan }: JudgeContext, { node, nics }: NodeFacts): DoctorFinding[] {
  const { hardware, network } = nodeOf(plan, node);
  const names = network.interfaces.flatMap((one) => (one.kind === "port" ? [one.name] : []));
  return names.flatMap((name) => {
    const nic = nics.find((one) => one.name === name);
    if (nic === undefined) {
      const there = nics.flatMap((one) => (one.name === "lo" ? [] : [one.name]));
      return [
        findingOf(
          node,
          "error",
          "network/nic-missing",
          `there is no ${name}; there are ${there.join(", ") || "no ports at all"}`,
          "Correct the port in the stack file (`interfaces.<name>.nodes` where machines differ), or pin the name.",
        ),
      ];
    }
    const wanted = hardware.nics.find((one) => one.name === name)?.speedMbit;
    return [...carrier(node, nic), ...speed(node, nic, wanted)];
  });
}

function carrier(node: string, nic: NicFacts): DoctorFinding[] {
  if (nic.carrier === true) {
    return [];
  }
  return nic.carrier === false
    ? [
        findingOf(
          node,
          "warning",
          "network/no-carrier",
          `${nic.name} has no carrier`,
          "Check the cable and the far port.",
        ),
      ]
    : [
        findingOf(
          node,
          "info",
          "network/no-carrier",
          `${nic.name} is switched off, so its cable cannot be judged`,
        ),
      ];
}

function speed(node: string, nic: NicFacts, wanted: number | undefined): DoctorFinding[] {
  const { name, speedMbit } = nic;
  return wanted === undefined || speedMbit === undefined || speedMbit >= wanted
    ? []
    : [
        findingOf(
          node,
          "warning",
          "network/nic-speed",
          `${name} runs at ${speedMbit} Mbit/s; its profile says ${wanted}`,
          "Check cable, transceiver and the far port.",
        ),
      ];
}

/** Which port leads where is reported, never demanded: cables are free to be moved. */
function ringPorts(ring: RingPlan, { node, nics, peers }: NodeFacts): DoctorFinding[] {
  const member = ring.nodes.find((one) => one.node === node);
  return (member?.ports ?? []).flatMap(({ name, path }) => {
    const address = path?.replace(/^pci-/, "");
    const at = (device: string): boolean =>
      address !== undefined && device.split("/").includes(address);
    const nic = nics.find((one) => one.name === name) ?? nics.find((one) => at(one.device));
    const peer = peers.find(({ device }) => at(device));
    const place = address === undefined ? "" : ` (${address})`;
    const found =
      nic === undefined
        ? `${name}${place}: no port yet; it appears with its cable and the module`
        : `${name}${place}: ${nic.name === name ? "there" : `there as ${nic.name}, to be renamed`}, carrier ${nic.carrier === true ? "yes" : "no"}`;
    return [
      findingOf(node, "info", "network/ring-port", found),
      ...(peer === undefined
        ? []
        : [
            findingOf(
              node,
              "info",
              "network/ring-peer",
              `${name}${place}: leads to ${peer.name}${peer.speed === "" ? "" : ` at ${peer.speed}`}`,
            ),
          ]),
    ];
  });
}

function frrVersion(ring: RingPlan, { node, frr }: NodeFacts): DoctorFinding[] {
  const [major = 0, minor = 0] = (frr ?? "").split(/[.\-+~]/).map(Number);
  if (frr === undefined || ring.protocol !== "openfabric" || major > 10) {
    return [];
  }
  if (major < 9 && ring.loopbacks4 !== undefined && isLinkLocal(ring.loopbacks4)) {
    return [
      findingOf(
        node,
        "error",
        "network/frr-version",
        `FRR ${frr} drops the link-local loopbacks ${ring.loopbacks4} from OpenFabric without a word`,
        "Choose `protocol: ospf` for the ring, other loopbacks, or a newer FRR.",
      ),
    ];
  }
  return major === 10 && minor >= 3
    ? []
    : [
        findingOf(
          node,
          "warning",
          "network/frr-version",
          `FRR ${frr} loses one address family on a port that appears late (fixed in 10.3)`,
          "Nothing: the unit of each port starts its circuit again. A newer FRR does not need that.",
        ),
      ];
}

function owner(ring: RingPlan, { node, fabrics, frrRouters }: NodeFacts): DoctorFinding[] {
  if (ring.owner === "frr" && fabrics.length > 0) {
    return [
      findingOf(
        node,
        "error",
        "network/sdn-owner",
        `the ring is to be configured by FRR files, and SDN fabrics exist: ${fabrics.join(", ")}`,
        "Remove the fabrics, or say `owner: sdn-fabric` at the ring; both would overwrite each other.",
      ),
    ];
  }
  if (ring.owner === "sdn-fabric" && fabrics.length === 0 && frrRouters.length > 0) {
    return [
      findingOf(
        node,
        "error",
        "network/sdn-owner",
        `the ring is to be an SDN fabric, and /etc/frr/frr.conf already has: ${frrRouters.join(", ")}`,
        "Remove these routers from frr.conf, or say `owner: frr` at the ring.",
      ),
    ];
  }
  return [];
}
