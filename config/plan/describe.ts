import type { ClusterPlan } from "./cluster.js";
import { describeBackups } from "./describe-backups.js";
import { describeCeph } from "./describe-ceph.js";
import { describeFencing } from "./describe-fencing.js";
import {
  describeGuests,
  describeHa,
  describeImages,
  describeLosses,
  describeStorages,
} from "./describe-guests.js";
import { describeNetworks } from "./describe-networks.js";
import { columns, plural } from "./describe-text.js";

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * The plan as a text that a person can agree to: what happens in which order on which host, and what holds
 * before and after. It says what the file means, not what differs from a running cluster.
 */
export function describePlan(plan: ClusterPlan): string {
  const head = `Cluster ${plan.name}: ${plural(plan.nodes.length, "node")}, Proxmox VE ${plan.major}`;
  const steps = [
    hosts(plan),
    { title: "Networks, one file per host", lines: describeNetworks(plan) },
    cluster(plan),
    ...(plan.ceph === undefined ? [] : [{ title: "Ceph", lines: describeCeph(plan.ceph) }]),
    { title: "Options and storages", lines: describeStorages(plan) },
    ...(plan.guests.length + plan.images.length === 0
      ? []
      : [{ title: "Guests", lines: [...describeImages(plan), ...describeGuests(plan)] }]),
    { title: "High availability", lines: describeHa(plan) },
    { title: "Fencing, proved from every node", lines: describeFencing(plan) },
    ...(plan.backupJobs.length === 0 ? [] : [{ title: "Backups", lines: describeBackups(plan) }]),
  ].map((section, index) => text({ ...section, title: `${index + 1}. ${section.title}` }));
  const after = [
    { title: "When one node is lost", lines: describeLosses(plan) },
    { title: "Restarts, one at a time", lines: rolling(plan) },
    { title: "Secrets that are read", lines: secrets(plan) },
  ].map(text);
  return `${[`${head}\n${promises(plan)}`, ...steps, ...after].join("\n\n")}\n`;
}

/** What a person wants to know before the rest. */
function promises(plan: ClusterPlan): string {
  const confirmSeconds = Math.round(plan.deadlines.networkRollback / 1000);
  return [
    `${plan.guests.length === 0 ? "No guest and no volume is touched." : "Guests of the file are made, or changed in place; nothing of a guest is removed, and no other guest is touched."} ` +
      "What somebody configured by hand is refused where it differs, not changed" +
      (plan.adopt ? ": but this file says `adopt: true`, so it is changed." : "."),
    `A network change that is not confirmed over the new path within ${confirmSeconds} s is undone by its host.`,
    "Cut anywhere, the next `up` goes on from there.",
  ].join("\n");
}

function text(section: Section): string {
  return [section.title, ...section.lines.map((line) => `   ${line}`)].join("\n");
}

function hosts(plan: ClusterPlan): Section {
  return {
    title: "Hosts, all at once: names, time, packages, kernel",
    lines: columns(
      plan.nodes.map((node) => [
        node.name,
        node.address,
        node.hardware.profile,
        `id ${node.id}`,
        `watchdog ${node.hardware.watchdog}`,
      ]),
    ),
  };
}

function cluster(plan: ClusterPlan): Section {
  const { joinOrder, links, quorum } = plan.corosync;
  const tolerated =
    quorum.indispensable.length === 0
      ? "Afterwards any single node may fail."
      : `Afterwards the cluster stops without ${quorum.indispensable.join(" or ")}.`;
  const steps = joinOrder.map((step) => [
    step.action === "found"
      ? `${step.node} founds ${plan.name}`
      : `${step.node} joins through ${step.through ?? ""}`,
    `votes ${step.expectedVotesBefore} -> ${step.expectedVotesAfter}`,
    `quorum ${step.quorumAfter}`,
  ]);
  const device = quorum.qdevice;
  return {
    title: "Cluster, one node after the other",
    lines: [
      ...columns(steps),
      ...links.map(
        (link) =>
          `link ${link.number} on ${link.network}, priority ${link.priority}, UDP ${link.udpPort}`,
      ),
      ...(device === undefined
        ? []
        : [`QDevice at ${device.address} with ${plural(device.votes, "vote")}`]),
      `${plural(quorum.expectedVotes, "vote")} in all, quorum ${quorum.quorum}. ${tolerated}`,
      `API account ${plan.token.user}: ${plan.token.privileges.map((one) => one.privilege).join(", ")}`,
    ],
  };
}

function rolling(plan: ClusterPlan): string[] {
  return columns(
    plan.rolling.map((step) => [
      step.node,
      `${step.votesLeft} of ${plan.corosync.quorum.expectedVotes} votes stay, ${step.quorum} are needed` +
        (step.keepsQuorum ? "" : ": the cluster stops meanwhile"),
      emptied(plan, step.node),
    ]),
  );
}

/** What happens to a node's guests when it goes into maintenance. */
function emptied(plan: ClusterPlan, node: string): string {
  const found = plan.feasibility.maintenance.find((one) => one.node === node);
  return [
    ...Object.entries(found?.moves ?? {}).map(([guest, to]) => `${guest} moves to ${to} first`),
    ...(found?.stops ?? []).map((guest) => `${guest} stops with it`),
  ].join(", ");
}

function secrets(plan: ClusterPlan): string[] {
  return plan.secrets.length === 0
    ? ["none"]
    : columns(
        plan.secrets.map(({ reference, purpose }) => [
          Object.entries(reference)
            .map(([kind, where]) => `${kind} ${where}`)
            .join(),
          purpose,
        ]),
      );
}
