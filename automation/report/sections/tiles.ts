import { list } from "../../../config/findings/enumeration.js";
import { amount } from "../../acknowledged-warnings.js";
import type { Material } from "../material.js";
import { some, type Tone } from "../parts.js";
import { answersToExamination, answersToLook } from "../sight.js";

/** One part of the cluster in a word. */
export interface Tile {
  readonly title: string;
  readonly tone: Tone;
  readonly value: string;
  readonly more: string;
  /** Section that has the rest. */
  readonly at: string;
}

export function tilesOf(material: Material): Tile[] {
  return [
    nodesTile(material),
    votesTile(material),
    linksTile(material),
    storagesTile(material),
    ...cephTile(material),
    fencingTile(material),
    gatesTile(material),
    findingsTile(material),
  ];
}

function nodesTile(material: Material): Tile {
  const { nodes } = material.look.view;
  const members = nodes.filter(({ state }) => state === "member");
  const unseen = answersToLook(material).silent.length;
  const wrong = nodes.length - members.length - unseen;
  return {
    title: "Nodes",
    at: "nodes",
    value: `${members.length} of ${nodes.length} members`,
    tone: wrong > 0 ? "bad" : unseen > 0 ? "unseen" : "good",
    more: unseen > 0 ? `${unseen} not seen` : "",
  };
}

function votesTile({ look }: Material): Tile {
  const { quorate, known, votes, expected, needed } = look.view.quorum;
  const about = { title: "Votes", at: "votes", more: `${needed} needed` };
  if (quorate) {
    const tone = votes < expected ? "warn" : "good";
    return { ...about, tone, value: `${votes} of ${expected}` };
  }
  return known
    ? { ...about, tone: "bad", value: "no quorum" }
    : { ...about, tone: "unseen", value: "not seen" };
}

function linksTile({ look }: Material): Tile {
  const { links } = look.view;
  const down = links.filter(({ state }) => state.startsWith("down"));
  const unseen = links.filter(({ state }) => state === "unknown");
  const about = { title: "Links of corosync", at: "networks", more: "" };
  return links.length === 0 || unseen.length > 0
    ? { ...about, tone: "unseen", value: "not seen" }
    : {
        ...about,
        tone: down.length > 0 ? "bad" : "good",
        value: `${links.length - down.length} of ${links.length} connected`,
      };
}

function storagesTile(material: Material): Tile {
  const { storages } = material.look.view;
  const { told, silent } = answersToLook(material);
  const about = { title: "Storages", at: "storage", more: "" };
  if (storages.length === 0) {
    return { ...about, tone: "plain", value: "none in the file" };
  }
  if (told.length === 0) {
    return { ...about, tone: "unseen", value: "not seen" };
  }
  const well = storages.filter(({ states }) =>
    Object.values(states).every((state) => state === "active"),
  );
  return {
    ...about,
    tone: well.length < storages.length ? "warn" : wellBut(silent),
    value: `${well.length} of ${storages.length} active ${silent.length === 0 ? "everywhere" : "where seen"}`,
    more: notSeenBy(silent),
  };
}

/** What is well where it was seen is not known to be well where it was not. */
const wellBut = (silent: readonly unknown[]): Tone => (silent.length === 0 ? "good" : "unseen");

const notSeenBy = (silent: readonly { readonly node: string }[]): string =>
  silent.length === 0
    ? ""
    : `not seen: ${some(
        silent.map(({ node }) => node),
        2,
      )}`;

function cephTile({ look }: Material): Tile[] {
  const { ceph } = look.view;
  if (ceph === undefined) {
    return [];
  }
  const about = { title: "Ceph", at: "ceph" };
  const { osds, health = "" } = ceph;
  if (ceph.state !== "told") {
    const isMade = ceph.state === "unknown";
    return [
      {
        ...about,
        tone: isMade ? "unseen" : "warn",
        value: isMade ? "not seen" : "not made yet",
        more: "",
      },
    ];
  }
  const tone =
    health === "HEALTH_ERR"
      ? "bad"
      : health === "HEALTH_OK" && ceph.lacks.length === 0
        ? "good"
        : "warn";
  return [{ ...about, tone, value: health, more: `${osds?.up ?? 0} of ${osds?.all ?? 0} OSDs up` }];
}

function fencingTile(material: Material): Tile {
  const { look, plan } = material;
  const { pairs, watchdogOnly } = look.view.fencing;
  const about = { title: "Fencing", at: "fencing" };
  const alone = watchdogOnly.length === 0 ? "" : `${list(watchdogOnly)} by watchdog alone`;
  if (plan.fencing.fencers.length === 0) {
    return { ...about, tone: "plain", value: "watchdogs alone", more: "" };
  }
  if (pairs.length === 0) {
    return { ...about, tone: "unseen", value: "not seen", more: alone };
  }
  const { silent } = answersToLook(material);
  const sure = pairs.filter(({ ok }) => ok).length;
  return {
    ...about,
    tone: sure < pairs.length ? "bad" : wellBut(silent),
    value: `${sure} of ${pairs.length} pairs sure`,
    more: [notSeenBy(silent), alone].filter((words) => words !== "").join("; "),
  };
}

function gatesTile(material: Material): Tile {
  const { measurements } = material.examination.report;
  const { silent } = answersToExamination(material);
  const good = measurements.filter((one) => one.good).length;
  const about = { title: "Measurements", at: "gates", more: notSeenBy(silent) };
  return measurements.length === 0
    ? { ...about, tone: "unseen", value: "not seen" }
    : {
        ...about,
        tone: good < measurements.length ? "bad" : wellBut(silent),
        value: `${good} of ${measurements.length} good`,
      };
}

function findingsTile(material: Material): Tile {
  const { errors, warnings } = material.examination.report;
  const ofFile = material.file.findings.length;
  const about = {
    title: "Findings",
    at: "findings",
    more: ofFile === 0 ? "" : `${ofFile} in the file`,
  };
  if (answersToExamination(material).told.length === 0) {
    return { ...about, tone: "unseen", value: "hosts not seen" };
  }
  const tone = errors > 0 ? "bad" : warnings + ofFile > 0 ? "warn" : "good";
  return { ...about, tone, value: `${amount(errors, "error")}, ${amount(warnings, "warning")}` };
}
