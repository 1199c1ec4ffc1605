import { list } from "../../../config/findings/enumeration.js";
import { isClean } from "../../../dynamic-providers/health/ceph.js";
import { type Blank, changes, HERE, on, onOne, reads, type Step } from "../page.js";
import { lacksCeph, type NodeNow, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

const OSD: Blank = {
  name: "osd",
  from: "the number of an OSD that `ceph osd tree` calls `down`",
};
const GROUP: Blank = {
  name: "pg",
  from: "a group that the steps before named, such as 2.1f",
};

export const stuckPgs: Topic = {
  title: "placement groups of Ceph are stuck, degraded or inconsistent, or Ceph does not answer",
  lacks: lacksCeph,
  fits: ({ view }) => {
    const { ceph } = view ?? {};
    const sick = Object.entries(ceph?.groups ?? {}).filter(
      ([state]) => !isClean(state) || /inconsistent/.test(state),
    );
    return ceph === undefined || ceph.state === "not made"
      ? undefined
      : sick.length > 0
        ? `Ceph says: ${sick.map(([state, count]) => `${count} ${state}`).join(", ")}`
        : ceph.state === "unknown" || ceph.lacks.length > 0 || ceph.health === "HEALTH_ERR"
          ? list([...ceph.lacks, ...ceph.warnings])
          : undefined;
  },
  steps: (scene) => {
    const asked = spokesman(scene);
    return [
      {
        title: "Ask Ceph how it is",
        where: on(asked),
        command: reads`ceph --connect-timeout 10 -s`,
        expect: "`HEALTH_OK`, and all `pgs` `active+clean`",
        otherwise:
          "no answer: fewer than half of the monitors live; the next step mends that first",
      },
      ...monitors(scene),
      {
        title: "See which groups it is about, and why",
        where: on(asked),
        command: reads`ceph health detail`,
        expect: "`HEALTH_OK`",
        otherwise:
          "`PG_DEGRADED` alone with numbers that fall: it heals by itself, wait. `PG_AVAILABILITY`, `PG_DAMAGED`, `OBJECT_UNFOUND`: go on",
      },
      {
        title: "See which OSDs are down",
        where: on(asked),
        command: reads`ceph osd tree`,
        expect: "`up` at every OSD",
        otherwise: `all of one host are down: that host is the matter, \`npx proxmox-ha runbook ${scene.stack} dead-node\`. A single one: the next two steps`,
      },
      ...oneOsd(scene),
      {
        title: "See which groups do not move",
        where: on(asked),
        command: reads`ceph pg dump_stuck inactive unclean stale undersized degraded`,
        expect: "`ok` and no group",
        otherwise:
          "`down` or `incomplete`: an OSD that holds the newest copy is missing; bring it back, nothing else helps. `undersized` for long: fewer hosts than copies",
      },
      {
        title: "Ask one of them what it waits for",
        where: on(asked),
        command: reads`ceph pg ${GROUP} query`,
        expect: '`"state": "active+clean"`',
        otherwise:
          "`blocked_by` and `down_osds_we_would_probe` name the OSDs that it needs: bring those back. Unfound objects are given up by nobody's advice at night: as long as a disk with them may come back, wait",
      },
      {
        title: "Only for `inconsistent`: have Ceph write the good copy over the one that differs",
        where: on(asked),
        command: changes`ceph pg repair ${GROUP}`,
        destroys:
          "the copy that Ceph takes for the wrong one. With two copies it may be the right one. Check before: all OSDs of the group are `up`, and `journalctl -k` on their hosts shows no read errors of a disk; a disk with such errors leaves first",
        expect:
          "`instructing pg ... to repair`; minutes later `ceph health detail` names it no more",
        otherwise:
          "it comes again on the same OSD: its disk is dying; replace it (`ceph.osds`, consent `osd.N`)",
      },
      {
        title: "See that all is well",
        where: HERE,
        command: reads`npx proxmox-ha status ${scene.stack}`,
        expect: "nothing behind `lacks` under Ceph",
        otherwise:
          "what it lacks is healing, with the time that is left; or once more from the top",
      },
    ];
  },
};

/** Those that are in no quorum; all of them where Ceph does not tell. */
function monitors(scene: Scene): readonly Step[] {
  const { plan, view } = scene;
  const missing = view?.ceph?.monitors?.missing ?? plan.ceph?.monitors ?? [];
  return hostsOf(scene, missing).map((host) => ({
    title: `See whether the monitor of ${host.node} runs`,
    where: on(host),
    command: reads`systemctl status --no-pager ceph-mon@${host.node}`,
    expect: "`active (running)`",
    otherwise: `\`journalctl -b -u ceph-mon@${host.node}\` says why; a full / or a clock that is off keeps it away. \`systemctl reset-failed ceph-mon@${host.node}\`, then \`systemctl start\` of the same`,
  }));
}

function oneOsd(scene: Scene): readonly Step[] {
  const hosts = hostsOf(scene, Object.keys(scene.plan.ceph?.disks ?? {}));
  return [
    {
      title: "On the host of an OSD that is down: see what has become of it",
      where: on(...hosts),
      command: reads`systemctl list-units --all --no-pager 'ceph-osd@*'`,
      expect: "`active` and `running` at each",
      otherwise:
        "`failed`: `journalctl -u ceph-osd@N` there. Read errors of the disk: do not start it again, let the disk leave (`ceph.osds`, consent `osd.N`)",
    },
    {
      title: "Start it again, where its disk is sound",
      where: onOne("whose OSD is down", hosts),
      command: changes`systemctl restart ceph-osd@${OSD}`,
      destroys:
        "nothing. On an OSD that still serves, its groups have a copy less for a moment: restart only what is `down`",
      expect: "nothing, and `ceph osd tree` says `up` within a minute",
      otherwise: "`journalctl -u ceph-osd@N`; after several tries `systemctl reset-failed` first",
    },
  ];
}

function hostsOf({ nodes }: Scene, names: readonly string[]): readonly NodeNow[] {
  return nodes.filter(({ node }) => names.includes(node));
}
