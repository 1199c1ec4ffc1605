import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { seconds } from "../findings/words.js";
import { linkCodes, linkDrafts } from "./corosync-links.js";
import { voteCodes, voteDrafts } from "./corosync-votes.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...linkCodes,
  ...voteCodes,
  "corosync/udp-port": {
    severity: "warning",
    about:
      "knet uses one UDP port for each link from 5405 on. The Proxmox firewall opens 5405 to 5412 by itself and no others; 5404 belonged to multicast.",
  },
  "corosync/token": {
    severity: "error",
    about:
      "The token time-out must be long enough for the network and far shorter than the 60 s after which a watchdog resets a node.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const FIREWALL_PORTS = { first: 5405, last: 5412 };
const TOKEN_MS = { least: 1_000, most: 20_000 };

function check(facts: Facts): Draft[] {
  return [...linkDrafts(facts), ...voteDrafts(facts), ...timing(facts)];
}

function timing({ spec, links }: Facts): Draft[] {
  const { udpPort, token } = spec.corosync;
  const last = udpPort + links.length - 1;
  return [
    ...(udpPort >= FIREWALL_PORTS.first && last <= FIREWALL_PORTS.last
      ? []
      : [
          draft(
            "corosync/udp-port",
            ["corosync", "udpPort"],
            `The links would use UDP ${udpPort === last ? udpPort : `${udpPort} to ${last}`}, outside of 5405 to 5412.`,
            "Leave `udpPort` out to use 5405, or open the ports in the firewall of every node.",
          ),
        ]),
    ...(token !== undefined && (token < TOKEN_MS.least || token > TOKEN_MS.most)
      ? [
          draft(
            "corosync/token",
            ["corosync", "token"],
            `A token time-out of ${seconds(token)} is ${token < TOKEN_MS.least ? "too short: a busy node counts as lost" : "too long: a watchdog resets the node before its loss is noticed"}.`,
            "Leave `token` out for 3 s, or write 1s to 20s.",
          ),
        ]
      : []),
  ];
}

export const corosync: RuleSet = { subject: "Corosync and quorum", codes, check };
