import { until } from "../../../dynamic-providers/shell/until.js";
import { systemClock } from "../../../dynamic-providers/transport/base/clock.js";
import { observeFencing } from "../../fence/observe.js";
import type { FenceSight } from "../../fence/sight.js";
import type { Stage } from "../../fence/stage.js";
import { standingView } from "../../fence/standing-view.js";

/** A node that was lost is switched on, boots, takes its guests back, and its fencer gives it time. */
const REST_MS = 900_000;
const EVERY_MS = 5_000;
/** States in which HA has nothing to do with a service. */
const AT_REST = ["started", "stopped", "disabled", "ignored"];

export interface Rest {
  readonly sight: FenceSight;
  readonly unrest: readonly string[];
}

/** The cluster when nothing of the test before goes on any more, or what still does when all patience is over. */
export async function atRest({ plan, looks, say }: Stage): Promise<Rest> {
  let isTold = false;
  const { last } = await until(
    async () => {
      const sight = await observeFencing(plan, looks);
      const unrest = unrestOf(sight, plan.fencing.fencers.length > 0);
      if (unrest.length > 0 && !isTold) {
        isTold = true;
        say(`  waiting until the cluster is at rest: ${unrest.join("; ")}`);
      }
      return { sight, unrest };
    },
    ({ unrest }) => unrest.length === 0,
    { deadlineMs: REST_MS, everyMs: EVERY_MS, clock: systemClock },
  );
  return last;
}

/** What still goes on, or is not as it should be. */
export function unrestOf(sight: FenceSight, fences: boolean): string[] {
  const standing = standingView(sight);
  return [
    ...(sight.witness === undefined ? ["no node that answers has quorum"] : []),
    ...(sight.view.healthy ? [] : ["the cluster is not healthy"]),
    ...(!fences || standing.sound ? [] : ["not every fencer watches at rest"]),
    ...sight.ha.services.flatMap(({ sid, node, state }) =>
      AT_REST.includes(state) ? [] : [`HA is about ${sid} on ${node} (${state})`],
    ),
  ];
}
