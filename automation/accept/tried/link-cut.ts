import { list } from "../../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../../config/plan/index.js";
import { ofLink } from "../../../dynamic-providers/health/member.js";
import type { MembershipFacts } from "../../../dynamic-providers/membership/facts.js";
import { observeUnsettled } from "../../../dynamic-providers/membership/observe.js";
import { expectSuccess } from "../../../dynamic-providers/shell/shell.js";
import { until } from "../../../dynamic-providers/shell/until.js";
import type { Crew } from "../../drill/crew.js";
import { isolateScript } from "../../drill/faults.js";
import { keepRecord } from "../../drill/keep-record.js";
import { restore } from "../../drill/restore.js";
import { LINK_SEEN_S } from "../limits.js";

/** One link of one node, and who keeps the record meanwhile. */
export interface LinkCut {
  readonly node: string;
  readonly keeper: string;
  readonly link: Pick<ClusterPlan["corosync"]["links"][number], "number" | "network" | "udpPort">;
  readonly evacuationMs: number;
}

/** What was seen of a link that was cut. */
export interface LinkCourse {
  readonly node: string;
  readonly link: number;
  readonly network: string;
  /** Until the node told that the link is down; undefined when it never did. */
  readonly downS: number | undefined;
  /** Until all was whole again; undefined when it is not. */
  readonly backS: number | undefined;
  /** What the node lacked while the other links had to carry everything. */
  readonly lost: readonly string[];
  readonly mishaps: readonly string[];
}

/** Cuts one link of corosync, watches that the others carry the membership, and brings it back, whatever happens in between. */
export async function cutLink(cut: LinkCut, crew: Crew): Promise<LinkCourse> {
  const { node, keeper, link, evacuationMs } = cut;
  // To whoever finds the record it is an isolation of which nothing but the packet filter is to be taken back.
  const plan = {
    drill: "isolate",
    node,
    keeper,
    hasDevice: false,
    maintenance: false,
    evacuationMs,
  } as const;
  await keepRecord(plan, crew);
  const begun = crew.clock.now();
  let lost: readonly string[] = [];
  let downS: number | undefined;
  const mishaps: string[] = [];
  try {
    crew.step(`${node}: corosync's link ${link.number} (${link.network}) is cut.`);
    await filter(cut, crew);
    const { ok, last } = await until(
      () => observeUnsettled(crew.looks(node), []),
      ({ linksDown }) => crew.signal.aborted || linksDown.some((one) => ofLink(link.number, one)),
      { deadlineMs: LINK_SEEN_S * 1_000, everyMs: 1_000, clock: crew.clock },
    );
    downS = ok && !crew.signal.aborted ? since(begun, crew) : undefined;
    lost = lostOf(last);
  } catch (thrown) {
    mishaps.push(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const ending = crew.clock.now();
  const back = await restore(plan, crew, { waitsFirst: false, offFirst: false });
  const isBack = back.mishaps.length === 0;
  return {
    node,
    link: link.number,
    network: link.network,
    downS,
    backS: isBack ? since(ending, crew) : undefined,
    lost,
    mishaps: [...mishaps, ...back.mishaps],
  };
}

const since = (at: number, { clock }: Crew): number => Math.round((clock.now() - at) / 100) / 10;

async function filter({ node, link }: LinkCut, { changes }: Crew): Promise<void> {
  const done = await changes(node).run(isolateScript([link.udpPort]), {
    timeoutMs: 30_000,
    repeatable: false,
    verb: `cut corosync's link ${link.number}`,
  });
  expectSuccess(done, {
    tried: `to cut corosync's link ${link.number}`,
    node,
    doNext: "Look at what it says; what the test has changed is taken back now.",
  });
}

/** What the membership lost while one link was away. */
export function lostOf({ quorate, votes, members }: MembershipFacts): string[] {
  const away = Object.entries(members).flatMap(([name, { online }]) => (online ? [] : [name]));
  return [
    ...(quorate ? [] : ["quorum was lost"]),
    ...(votes.present < votes.expected
      ? [`${votes.present} of ${votes.expected} votes were left`]
      : []),
    ...(away.length === 0 ? [] : [`${list(away)} left the membership`]),
  ];
}
