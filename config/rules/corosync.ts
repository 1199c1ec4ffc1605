import { seconds } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { linkCodes, linkDrafts } from "./corosync-links.js";
import { voteCodes, voteDrafts } from "./corosync-votes.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...linkCodes,
  ...voteCodes,
  "corosync/token": {
    severity: "error",
    about:
      "The token time-out must be long enough for the network and far shorter than the 60 s after which a watchdog resets a node.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const TOKEN_MS = { least: 1_000, most: 20_000 };

function check(facts: Facts): Draft[] {
  return [...linkDrafts(facts), ...voteDrafts(facts), ...timing(facts)];
}

function timing({ spec }: Facts): Draft[] {
  const { token } = spec.corosync;
  return [
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
