import { MEND_PACKAGES } from "../../dynamic-providers/shell/half-installed.js";
import type { Job } from "../../dynamic-providers/shell/job.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";

const KEPT = "kept as it was: ";
const APT = "apt-get -q -o DPkg::Lock::Timeout=120";

/** Fetches the lists; one repository that does not answer makes it fail, because half a list upgrades half a node. */
export const refreshJob = (deadlineMs: number): Job => ({
  unit: "proxmox-ha-upgrade-lists",
  doing: "fetching the lists of packages",
  deadlineMs,
  script: `${APT} -o APT::Update::Error-Mode=any update`,
});

/** Mends what a cut has left, and upgrades as Proxmox has it: with new packages, and with configuration files kept that were changed there. */
export const packagesJob = (deadlineMs: number): Job => ({
  unit: "proxmox-ha-upgrade",
  doing: "upgrading the packages",
  deadlineMs,
  script: [
    "export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l",
    "began=$(mktemp)",
    MEND_PACKAGES,
    `${APT} -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold dist-upgrade || exit`,
    `find /etc -name '*.dpkg-dist' -newer "$began" -printf '${KEPT}%p\\n'`,
    'rm -f "$began"',
  ].join("\n"),
});

/** Starts Ceph's daemons anew in the order that Ceph asks for, on a host whose OSDs are kept in. */
export const CEPH_ANEW = [
  "export LC_ALL=C",
  ...["mon", "mgr", "osd", "mds"].map(
    (kind) => sh`systemctl restart ${`ceph-${kind}.target`} || exit`,
  ),
].join("\n");

const keptLine = /^kept as it was: (.+)\.dpkg-dist$/gm;

/** Configuration files that stayed as they were changed there, though the package brings others. */
export const keptFiles = (log: string): string[] =>
  [...log.matchAll(keptLine)].flatMap(([, file]) => file ?? []);
