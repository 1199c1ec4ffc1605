import { z } from "zod";
import { plural } from "../../config/plan/describe-text.js";
import { whenMounted } from "../shell/etc-pve.js";
import { readParts } from "../shell/parts.js";
import type { HostShell } from "../shell/shell.js";
import { parseJson } from "../transport/base/json.js";
import { look } from "../transport/ssh/look.js";
import { raw, sh } from "../transport/ssh/quoting.js";
import { isClean } from "./ceph.js";
import { groupMap } from "./ceph-recovery.js";

/** What Ceph says about the loss of one host. */
export interface CephMargin {
  /** Why the host cannot be spared, in words; empty when it can. */
  readonly against: readonly string[];
}

const MARK = "@@proxmox-ha-ceph@@";

/** Ceph's own answers: its health, and whether it can do without this host's daemons. Every question has an end. */
const SCRIPT = [
  "export LC_ALL=C",
  sh`${raw(whenMounted("true"))} || exit`,
  "test -s /etc/pve/ceph.conf || { echo 'no ceph'; exit 0; }",
  "host=$(hostname)",
  `printf '\\n${MARK}status\\n'; timeout 20 ceph status -f json 2>&1`,
  "osds=$(timeout 20 ceph osd ls-tree $host 2>/dev/null)",
  `printf '\\n${MARK}osds\\n'; test -z "$osds" || timeout 20 ceph osd ok-to-stop $osds 2>&1; printf '\\nexit %s\\n' $?`,
  `printf '\\n${MARK}monitor\\n'; test ! -d /var/lib/ceph/mon/ceph-$host || timeout 20 ceph mon ok-to-stop $host 2>&1; printf '\\nexit %s\\n' $?`,
].join("\n");

const statusAnswer = z.object({
  health: z.object({ status: z.string() }),
  pgmap: groupMap.optional(),
  osdmap: z.object({ num_osds: z.number(), num_up_osds: z.number() }).optional(),
});

/** Reads it in one round trip. */
export async function observeCeph(shell: HostShell): Promise<CephMargin> {
  const said = await look(shell, {
    script: SCRIPT,
    timeoutMs: 90_000,

    verb: "ask Ceph whether it can spare the host",
  });
  return parseCephMargin(said);
}

/** Without an answer Ceph is in no state to spare anything. */
export function parseCephMargin(output: string): CephMargin {
  if (/^no ceph$/m.test(output)) {
    return { against: [] };
  }
  const parts = readParts(MARK, output);
  const said = parts.get("status")?.trim() ?? "";
  const status = statusAnswer.safeParse(parseJson(said));
  return {
    against: [
      ...(status.success ? unhealthy(status.data) : [`Ceph does not answer (${shortly(said)})`]),
      ...refused("its OSDs", parts.get("osds")?.trim()),
      ...refused("its monitor", parts.get("monitor")?.trim()),
    ],
  };
}

function unhealthy({ health, pgmap, osdmap }: z.output<typeof statusAnswer>): string[] {
  const unclean = (pgmap?.pgs_by_state ?? []).filter(({ state_name }) => !isClean(state_name));
  const down = osdmap === undefined ? 0 : osdmap.num_osds - osdmap.num_up_osds;
  return [
    ...(health.status === "HEALTH_ERR" ? ["Ceph reports HEALTH_ERR"] : []),
    ...(down > 0 ? [`${down} of ${osdmap?.num_osds} OSDs are down`] : []),
    ...(unclean.length === 0
      ? []
      : [
          `placement groups are not clean: ${unclean.map(({ state_name, count }) => `${count} ${state_name}`).join(", ")}`,
        ]),
  ];
}

/** The text before the exit status is Ceph's reason. */
function refused(what: string, answer: string | undefined): string[] {
  const [, text = "", status = ""] = /^([\s\S]*?)\s*exit (\d+)$/.exec(answer ?? "") ?? [];
  return status === "0" ? [] : [`Ceph cannot spare ${what}: ${inWords(text)}`];
}

const verdict = z.object({
  osds: z.array(z.number()),
  bad_become_inactive: z.array(z.string()).min(1),
});

/** Of OSDs Ceph answers with every placement group by its number, which tells nobody anything. */
function inWords(text: string): string {
  const { data } = verdict.safeParse(parseJson(/\{[\s\S]*\}/.exec(text)?.[0] ?? ""));
  return data === undefined
    ? shortly(text)
    : `without ${data.osds.map((id) => `osd.${id}`).join(" and ")} ${plural(data.bad_become_inactive.length, "placement group")} would stop serving`;
}

const shortly = (text: string): string =>
  text.replace(/\s+/g, " ").trim().slice(0, 200) || "no answer";
