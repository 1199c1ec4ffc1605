import { closest } from "../findings/closest.js";
import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import {
  CONSENT_TO_OSD,
  consentedDaemon,
  consentedPool,
  consentsOfLeaving,
  consentTo,
  planConsentable,
} from "../plan/consents.js";
import { nodeName, storageId } from "../schema/primitives.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "consent/expired": {
    severity: "warning",
    about:
      "The last day of a permission to remove something is over, so it allows nothing any more.",
  },
  "consent/too-far": {
    severity: "error",
    about:
      "A consent is for one occasion. One that holds for years also allows what nobody thinks of today.",
  },
  "consent/unknown": {
    severity: "error",
    about: "Nothing asks for a consent of this name, so it allows nothing.",
  },
  "consent/unknown-node": {
    severity: "error",
    about: "The restart or the move of a node is allowed that the file does not have.",
  },
  "consent/unknown-guest": {
    severity: "error",
    about: "The restart of a guest is allowed that the file does not have.",
  },
  "consent/without-leaving": {
    severity: "error",
    about:
      "It is about the machine of a node that leaves, and the file lets no such node leave, so it allows nothing.",
  },
  "consent/left-or-misspelt": {
    severity: "warning",
    about:
      "The consent is for something that the file does not have (any more), and it is spelt almost like something that it has.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** A quarter of a year: long enough for the longest maintenance that is planned today. */
const MOST_DAYS = 92;
const DAY_MS = 86_400_000;

function check(facts: Facts): Draft[] {
  return [...days(facts), ...names(facts), ...withoutLeaving(facts)];
}

function days({ spec, today }: Facts): Draft[] {
  if (today === undefined) {
    return [];
  }
  const last = new Date(Date.parse(today) + MOST_DAYS * DAY_MS).toISOString().slice(0, 10);
  return Object.entries(spec.consent).flatMap(([what, lastDay]) => [
    ...(lastDay < today
      ? [
          draft(
            "consent/expired",
            ["consent", what],
            `The consent for ${what} ended on ${lastDay}.`,
            "Remove the line, or write a new last day.",
          ),
        ]
      : []),
    ...(lastDay > last
      ? [
          draft(
            "consent/too-far",
            ["consent", what],
            `The consent for ${what} would hold until ${lastDay}, which is more than ${MOST_DAYS} days.`,
            `Write the day by which it will be done, ${last} at the latest.`,
          ),
        ]
      : []),
  ]);
}

/** That a machine may be switched off, or was seen off, is asked for only when its node leaves or another one takes its place. */
function withoutLeaving({ spec }: Facts): Draft[] {
  return Object.keys(spec.consent).flatMap((what) => {
    const [, node] = MACHINE.exec(what) ?? [];
    return node === undefined || spec.consent[consentTo.node(node)] !== undefined
      ? []
      : [
          draft(
            "consent/without-leaving",
            ["consent", what],
            `Nobody lets ${node} leave, so nothing asks whether ${what} is allowed.`,
            `Add \`${consentTo.node(node)}\` if it shall leave, or remove the line.`,
          ),
        ];
  });
}

/** Consents about the machine of a node that leaves. */
const MACHINE = /^(?:off|seen-off)\.(.+)$/;

function names({ spec, nodeNames }: Facts): Draft[] {
  const known = planConsentable(spec);
  return Object.keys(spec.consent)
    .filter((what) => !known.includes(what) && !isOfCeph(what, spec, nodeNames))
    .map((what) => nameDraft(what, known, nodeNames))
    .filter((one) => one !== undefined);
}

/** Numbers of OSDs and serial numbers of disks stand in no file, and daemons, pools and file systems that leave have left it. */
function isOfCeph(what: string, { ceph }: Facts["spec"], nodes: readonly string[]): boolean {
  return (
    ceph !== undefined &&
    (CONSENT_TO_OSD.test(what) ||
      consentedDaemon(what) !== undefined ||
      consentedPool(what) !== undefined ||
      nodes.some((node) => new RegExp(`^${consentTo.wipe(node, "")}.`).test(what)))
  );
}

function nameDraft(
  what: string,
  known: readonly string[],
  nodes: readonly string[],
): Draft | undefined {
  const path = ["consent", what];
  const meant = closest(what, known);
  const [, kind, thing = ""] =
    /^(reboot|move|node|off|seen-off|storage|guest|restart)\.(.*)$/.exec(what) ?? [];
  if (kind === "reboot" || kind === "move") {
    return draft(
      "consent/unknown-node",
      path,
      `There is no node ${thing} that could be ${kind === "reboot" ? "restarted" : "moved"}.`,
      `Write one of ${list(nodes.map(consentTo[kind]))}.`,
    );
  }
  if (kind === "restart") {
    return draft(
      "consent/unknown-guest",
      path,
      `There is no guest ${thing} that could be restarted.`,
      "Write `restart.` and the name that the guest has under `guests`.",
    );
  }
  const possible =
    kind !== undefined && (kind === "storage" ? storageId : nodeName).safeParse(thing).success;
  if (!possible) {
    return draft(
      "consent/unknown",
      path,
      `Nothing asks for a consent called ${what}.`,
      `${meant === undefined ? "" : `Did you mean \`${meant}\`? `}Consents are called ${list([...consentsOfLeaving("<node>"), consentTo.reboot("<node>"), consentTo.storage("<storage>"), consentTo.guest("<guest>"), consentTo.restart("<guest>"), "osd.<number>", consentTo.wipe("<node>", "<serial>"), consentTo.qdevice], "or")}.`,
    );
  }
  // A warning and no error: the file alone cannot tell a slip of the pen from a node that it had until yesterday, and neighbours
  // are called alike (pve-a beside pve-b). The consent to let one of them go has to be writable, and hurts nobody else.
  // `node4` beside `node3` is another node and no slip of the pen.
  return meant === undefined || withoutDigits(meant) === withoutDigits(what)
    ? undefined
    : draft(
        "consent/left-or-misspelt",
        path,
        `This file has no ${kind === "storage" || kind === "guest" ? kind : "node"} ${thing}.`,
        `Did you mean \`${meant}\`? If ${thing} has left the file on purpose, it is right as it is.`,
      );
}

function withoutDigits(text: string): string {
  return text.replace(/\d+/g, "");
}

export const consents: RuleSet = { subject: "Consents", codes, check };
