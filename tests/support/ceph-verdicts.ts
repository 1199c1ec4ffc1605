import path from "node:path";
import type { Stage } from "../../dynamic-providers/pveceph/osds/leaving.js";

/** Where the answers of a real Ceph lie, one file for each situation. */
export const VERDICTS = path.resolve(__dirname, "..", "fixtures", "ceph-verdicts");

/** What may begin for an OSD that lives, in situations that a real Ceph was brought into. */
export interface Situation {
  readonly name: string;
  readonly may: readonly Stage[];
  /** How Ceph is brought there, and what shows that it is. */
  readonly bring: string;
  readonly until: string;
}

const clean = `ceph status -f json | python3 -c 'import json, sys; sys.exit({one["state_name"] for one in json.load(sys.stdin)["pgmap"]["pgs_by_state"]} != {"active+clean"})'`;

const active = `ceph status -f json | python3 -c 'import json, sys; sys.exit(not all(one["state_name"].startswith("active") for one in json.load(sys.stdin)["pgmap"]["pgs_by_state"]))'`;

/** Of an OSD that has just come back nothing is known for a moment, and then that it holds nothing; both are no answer yet. */
const holds = `ceph pg ls-by-osd 0 -f json | python3 -c 'import json, sys; sys.exit(not json.load(sys.stdin)["pg_stats"])'`;

/** In this order, each from the one before; all are about the first OSD. */
export const SITUATIONS: readonly Situation[] = [
  { name: "whole", may: ["out"], bring: "true", until: clean },
  {
    name: "out-and-still-full",
    may: ["out"],
    bring: "ceph osd set nobackfill && ceph osd set norecover && ceph osd out 0",
    // In the moments in which places are dealt out anew nobody serves, and nothing may begin.
    until: `! ${clean} && ${active}`,
  },
  {
    name: "out-and-empty",
    may: ["out", "stop", "destroy", "remove"],
    bring: "ceph osd unset nobackfill && ceph osd unset norecover",
    until: `${clean} && ceph osd safe-to-destroy 0`,
  },
  {
    name: "stopped-and-empty",
    may: ["out", "stop", "destroy", "remove"],
    bring: "systemctl stop ceph-osd@0 && ceph osd down 0",
    until: `${clean} && ceph osd safe-to-destroy 0`,
  },
  {
    name: "back",
    may: ["out"],
    bring: "systemctl start ceph-osd@0 && ceph osd in 0",
    until: `${holds} && ${clean} && ! ceph osd safe-to-destroy 0`,
  },
];

/** A host is lost on which the OSD does not lie: what it holds is the last but one copy then. */
export const BESIDE_A_LOST_HOST: Pick<Situation, "name" | "may"> = {
  name: "beside-a-lost-host",
  may: [],
};

export const STAGES = ["out", "stop", "destroy", "remove"] as const satisfies readonly Stage[];
