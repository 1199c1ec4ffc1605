import { Failure } from "../../../config/failure/failure.js";
import { MOUNT_FIRST, printedOf, whenMounted } from "../../shell/etc-pve.js";
import { raw, sh } from "../../transport/ssh/quoting.js";

/** Who writes FRR's configuration on a host; there is room for one only. */
export interface FrrOwner {
  readonly owner: "frr" | "sdn-fabric";
  readonly major: 8 | 9;
}

export interface FrrClaims {
  /** Fabrics and controllers of SDN, which make Proxmox write frr.conf on every reload. */
  readonly sdn: readonly string[];
  /** Routers in frr.conf. */
  readonly routers: readonly string[];
  /** Whether /etc/frr/frr.conf.local exists. */
  readonly localFile: boolean;
  /** What could not be read. Who writes FRR's configuration is not known then. */
  readonly unread: readonly string[];
}

const MARK = "@@proxmox-ha-frr@@";

/** Finds out who writes FRR's configuration already. Appended to another script that reads the host. */
export const FRR_CLAIMS_SCRIPT = [
  `printf '\\n${MARK}\\n'`,
  sh`${raw(whenMounted("true"))} 2>/dev/null || echo 'unread /etc/pve, which is not mounted'`,
  ...["/etc/pve/sdn/fabrics.cfg", "/etc/pve/sdn/controllers.cfg"].map(
    (file) =>
      sh`${raw(printedOf(file, "s/^\\(\\w*_fabric\\|evpn\\|bgp\\|isis\\): *\\(\\S\\+\\)/sdn \\1 \\2/p"))} 2>/dev/null || echo unread ${file}`,
  ),
  // Additions for SDN end up in frr.conf, and are nobody's claim.
  "l=/etc/frr/frr.conf.local; test -e $l || l=/dev/null",
  "grep -vxF -f $l /etc/frr/frr.conf 2>/dev/null | sed -nE 's/^(router (openfabric|ospf6?|bgp|isis).*)/router \\1/p'",
  "test -e /etc/frr/frr.conf.local && echo local",
  "true",
].join("\n");

export function parseFrrClaims(output: string): FrrClaims {
  const rows = (output.split(`\n${MARK}\n`)[1] ?? "").split("\n").map((row) => row.trim());
  const after = (word: string): string[] =>
    rows.flatMap((row) => (row.startsWith(`${word} `) ? [row.slice(word.length + 1)] : []));
  return {
    sdn: after("sdn"),
    routers: after("router"),
    localFile: rows.includes("local"),
    unread: after("unread"),
  };
}

/** Refuses where the other one writes already: each would switch the other one's routing off. */
export function refuseOtherOwner(
  wanted: FrrOwner,
  { sdn, routers, localFile, unread }: FrrClaims,
  node: string,
): void {
  if (unread.length > 0) {
    throw new Failure("failed", {
      tried: "to find out who writes FRR's configuration",
      where: node,
      cameBack: `could not be read: ${unread.join(", ")}`,
      doNext: MOUNT_FIRST,
    });
  }
  if (wanted.owner === "sdn-fabric") {
    // What stands in the file beside a fabric was written by Proxmox for that fabric.
    if (sdn.length === 0 && routers.length > 0) {
      throw refusal(
        node,
        `/etc/frr/frr.conf already has ${routers.join(", ")}, written by hand or by this program, and an SDN fabric would overwrite it`,
        "Remove these routers from /etc/frr/frr.conf, or write `owner: frr` at the ring; then run `pulumi up` again.",
      );
    }
    return;
  }
  if (sdn.length > 0) {
    throw refusal(
      node,
      `SDN owns FRR here (${sdn.join(", ")}), and its next reload would overwrite files of this program and switch their daemons off`,
      "Remove these SDN objects and apply SDN, or write `owner: sdn-fabric` at the ring; then run `pulumi up` again.",
    );
  }
  if (wanted.major >= 9 && localFile) {
    throw refusal(
      node,
      "/etc/frr/frr.conf.local exists: on Proxmox VE 9 the mere file makes every network reload write frr.conf anew and switch OpenFabric and OSPF off",
      "Move its lines away and delete the file, then run `pulumi up` again.",
    );
  }
}

function refusal(node: string, cameBack: string, doNext: string): Failure {
  return new Failure("refused", {
    tried: "to take FRR's configuration over",
    where: node,
    cameBack: `refused, nothing was changed: ${cameBack}`,
    doNext: doNext,
  });
}
