import { z } from "zod";
import { groupMap } from "../../health/ceph-recovery.js";
import { CEPH } from "../../shell/ceph.js";
import { parseJson } from "../../transport/base/json.js";
import { look } from "../../transport/pvesh/part.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import type { RunningDaemon } from "./sight.js";

const status = z.object({
  health: z.object({ status: z.string() }),
  quorum_names: z.array(z.string()),
  monmap: z.object({ num_mons: z.number() }),
  osdmap: z.object({ num_up_osds: z.number(), num_in_osds: z.number() }),
  pgmap: groupMap,
});

/** Why a daemon must not be restarted now; empty when it may. Ceph has no such question for managers. */
export const gateFor = ({ kind, id }: Pick<RunningDaemon, "kind" | "id">) =>
  look(
    `whether ${kind}.${id} may restart`,
    [
      sh`state=$(${CEPH} status --format json < /dev/null) && test -n "$state" || exit 1`,
      "printf '%s\\n' \"$state\" | tr -d '\\n'",
      kind === "mgr"
        ? "printf '\\nexit 0\\n'"
        : sh`printf '\\n'; ${CEPH} ${kind} ok-to-stop ${id} ${raw("2>&1 < /dev/null")}; printf '\\nexit %s\\n' $?`,
    ].join("\n"),
    (text) => againstRestart(text),
  );

export function againstRestart(text: string): string[] {
  const [first = "", ...rest] = text.trim().split("\n");
  const { health, quorum_names, monmap, osdmap, pgmap } = status.parse(parseJson(first));
  const unclean = pgmap.pgs_by_state.filter(
    ({ state_name }) => !state_name.startsWith("active+clean"),
  );
  const code = /^exit (\d+)$/.exec(rest.at(-1) ?? "")?.[1];
  const said = rest.slice(0, -1).join(" ").replace(/\s+/g, " ").trim();
  return [
    health.status === "HEALTH_ERR" ? ["its health is HEALTH_ERR"] : [],
    quorum_names.length < monmap.num_mons
      ? [`${quorum_names.length} of ${monmap.num_mons} monitors are in the quorum`]
      : [],
    osdmap.num_up_osds < osdmap.num_in_osds
      ? [`${osdmap.num_up_osds} of ${osdmap.num_in_osds} OSDs are up`]
      : [],
    unclean.length === 0
      ? []
      : [
          unclean
            .map(({ state_name, count }) => `${count} placement groups ${state_name}`)
            .join(", "),
        ],
    code === "0" ? [] : [said || "Ceph says that it may not stop"],
  ].flat();
}
