import { isUnderWay } from "../../dynamic-providers/fencer/standing.js";
import { ABANDONED_S } from "../drill/record.js";
import { fencingIsSound, fencingRows } from "../status/fencing-view.js";
import { section } from "../status/render.js";
import type { FenceSight } from "./sight.js";

type Seen = Pick<
  FenceSight,
  "view" | "ha" | "standings" | "drills" | "troubles" | "witness" | "answers"
>;

/** What `fence status --json` says. */
export interface StandingView {
  readonly cluster: string;
  /** Every fencer watches, every pair is sure, and nothing is left to be done. */
  readonly sound: boolean;
  /** Any node does; otherwise nothing is known. */
  readonly answers: boolean;
  readonly quorate: boolean;
  readonly master: string | undefined;
  readonly fencers: readonly {
    readonly node: string;
    /** As systemd calls it. */
    readonly state: string;
    /** What keeps it from acting, or what it is at; empty where it watches and all nodes are there. */
    readonly says: readonly string[];
  }[];
  readonly pairs: FenceSight["view"]["fencing"]["pairs"];
  readonly watchdogOnly: readonly string[];
  /** Nodes that are being fenced, or were. */
  readonly cases: readonly {
    readonly node: string;
    readonly step: string;
    readonly holder: string;
    readonly says: string;
  }[];
  readonly drills: FenceSight["drills"];
  readonly troubles: readonly string[];
}

export function standingView({
  view,
  ha,
  standings,
  drills,
  troubles,
  witness,
  answers,
}: Seen): StandingView {
  const fencers = view.fencing.fencers.map(({ node, state }) => ({
    node,
    state,
    says: saysOf(standings.find((one) => one.node === node)),
  }));
  const cases = casesOf(standings);
  const sound =
    witness !== undefined &&
    fencingIsSound(view.fencing) &&
    fencers.every(({ says }) => says.length === 0) &&
    [cases, drills, troubles].every(({ length }) => length === 0);
  return {
    cluster: view.cluster,
    sound,
    answers: answers.length > 0,
    quorate: witness !== undefined,
    master: ha.master,
    fencers,
    pairs: view.fencing.pairs,
    watchdogOnly: view.fencing.watchdogOnly,
    cases,
    drills,
    troubles,
  };
}

function saysOf(standing: FenceSight["standings"][number] | undefined): string[] {
  if (standing === undefined) {
    return ["how it stands could not be read"];
  }
  const { daemon } = standing;
  if (daemon === null) {
    return ["it does not run, or has not looked for half a minute"];
  }
  const { attempt } = daemon;
  return [
    ...(daemon.paused ? ["PAUSED by a person (/etc/proxmox-ha/fencer/paused)"] : []),
    ...(daemon.disarm === null ? [] : [`stands down: HA is ${daemon.disarm}`]),
    ...(daemon.graceS > 0
      ? [`acts on nobody for ${daemon.graceS} s more, because quorum is new`]
      : []),
    ...(daemon.restS > 0
      ? [`acts on nobody for ${daemon.restS} s more, because a node was switched off just now`]
      : []),
    ...(attempt === null
      ? []
      : [`switches ${attempt.node} ${attempt.kind} (step: ${attempt.step})`]),
    // What it holds back for is said by the lines above, where one of them is the reason.
    ...(daemon.paused || daemon.disarm !== null || daemon.graceS > 0 ? [] : daemon.holds),
  ];
}

function casesOf(standings: FenceSight["standings"]): StandingView["cases"] {
  const all = standings.flatMap(({ daemon }) => daemon?.cases ?? []);
  return [...new Set(all.map(({ node }) => node))].flatMap((node) => {
    const one = all.find((other) => other.node === node);
    return one === undefined ? [] : [{ node, step: one.step, holder: one.holder, says: told(one) }];
  });
}

function told(one: {
  readonly node: string;
  readonly step: string;
  readonly holder: string;
}): string {
  const { node, step, holder } = one;
  switch (step) {
    case "off":
      return isUnderWay(one)
        ? `${holder} is switching it off`
        : "nobody could switch it off yet; the next member tries";
    case "failed":
      return `NOT FENCED: no member could switch it off, and they go on trying. Look at it, pull its plug, then \`fence confirm-off ${node}\``;
    case "confirmed":
      return "it is off, seen twice; it is switched on again when HA has let go of it";
    case "powering-on":
      return `${holder} is switching it on`;
    case "on":
      return "it was switched on and is not a member again yet";
    case "left-off":
      return `it stays off until \`fence on ${node}\``;
    default:
      return step;
  }
}

/** One screen about the fencers. */
export function renderStanding(view: StandingView, stack: string): string {
  const { cluster, sound, answers, quorate, master, fencers, cases, drills, troubles } = view;
  const head = sound
    ? "every fencer watches"
    : quorate
      ? "not all is well"
      : answers
        ? "no node that answers has quorum, so no fencer acts"
        : "no node answered, so how the fencers stand is not known";
  return `${[
    `${cluster}: ${head}; HA master ${master ?? "not known"}`,
    "",
    ...section(
      "Fencers",
      fencers.map(({ node, state, says }) => [node, state, says.join("; ")]),
    ),
    ...section("Power devices", fencingRows({ ...view, fencers: [] })),
    ...section(
      "Cases",
      cases.map(({ node, says }) => [node, says]),
    ),
    ...section(
      "Drills",
      drills.map(({ drill, node, keeper, idleS }) => [
        `${drill} of ${node}, recorded on ${keeper}`,
        idleS < ABANDONED_S
          ? "is under way"
          : `was not restored: its timer there does so, and \`npx proxmox-ha drill ${stack} verify\` now`,
      ]),
    ),
    ...section(
      "Could not be looked at",
      troubles.map((one) => [one]),
    ),
  ]
    .join("\n")
    .trimEnd()}\n`;
}
