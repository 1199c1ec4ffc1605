import { restoredSight } from "../../drill/carry-out.js";
import { heeded } from "../../drill/heeded.js";
import { atMost, type Figure, type Judged, judged, notTried } from "../judged.js";
import { LINK_SEEN_S } from "../limits.js";
import { withoutSpareLink } from "../looked/links.js";
import type { AcceptanceTest, Scene } from "../test.js";
import { cutLink, type LinkCourse } from "./link-cut.js";
import { atRest } from "./rest.js";

export const linkCut: AcceptanceTest = {
  name: "link-cut",
  title: "The membership bears the loss of any one link of corosync",
  precondition: "the cluster healthy and at rest",
  action: "cut each link of one node in turn, in both directions, while the others stay",
  measure: "votes and members meanwhile; when the link was told down, and when it was whole again",
  threshold: `nobody leaves, no vote is lost; down is told within ${LINK_SEEN_S} s, and so is whole again`,
  wayBack:
    "the cut is taken away; it has an end of its own after five minutes, and the next drill or `accept` ends it at once",
  isDestructive: true,
  without: withoutSpareLink,
  perform: cutEachLink,
};

async function cutEachLink({ stage, orderer, node: named }: Scene): Promise<Judged> {
  await restoredSight(stage);
  const { sight, unrest } = await atRest(stage);
  if (unrest.length > 0) {
    return notTried(`the cluster does not come to rest: ${unrest.join("; ")}`);
  }
  const { plan } = stage;
  const names = plan.nodes.map(({ name }) => name);
  const node = named ?? names.find((name) => name !== sight.ha.master) ?? "";
  const keeper = names.find((name) => name !== node && sight.online.includes(name));
  if (keeper === undefined) {
    return notTried("no other member answers that could keep its record");
  }
  await orderer.confirm(node, `${node} was not touched`);
  const evacuationMs = plan.deadlines.evacuation;
  const courses = await heeded(stage, keeper, orderer.stops, async (crew) => {
    const seen: LinkCourse[] = [];
    for (const link of plan.corosync.links) {
      if (!crew.signal.aborted && seen.every(({ mishaps }) => mishaps.length === 0)) {
        seen.push(await cutLink({ node, keeper, link, evacuationMs }, crew));
      }
    }
    return crew.signal.aborted ? undefined : seen;
  });
  return courses === undefined
    ? notTried("it was interrupted, and everything is restored")
    : judgeLinks(courses);
}

export function judgeLinks(courses: readonly LinkCourse[]): Judged {
  const each = courses.map(judgeOne);
  return judged(
    each.flatMap(({ figures }) => figures),
    each.flatMap(({ why }) => why),
  );
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;

function judgeOne({ node, link, network, downS, backS, lost, mishaps }: LinkCourse): Judged {
  const of = `link ${link} (${network}) of ${node}`;
  const within = (what: string, value: number | undefined) =>
    value === undefined
      ? { figure: undefined, wrong: [`${of}: it was not seen ${what}`] }
      : atMost(`${of} seen ${what}`, value, LINK_SEEN_S, seconds);
  const down = within("down", downS);
  const back = within("whole again", backS);
  const figures: Figure[] = [down.figure, back.figure].flatMap((one) => one ?? []);
  return judged(figures, [
    ...mishaps,
    ...lost.map((what) => `${of}: ${what}`),
    ...down.wrong,
    ...back.wrong,
  ]);
}
