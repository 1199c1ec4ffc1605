import { list } from "../../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../../config/plan/index.js";
import { isOfCeph, storageFacts } from "../../../config/plan/storage-kinds.js";
import { changes, HERE, on, reads, type Step } from "../page.js";
import { hasFencers, type Scene } from "../scene.js";
import type { Topic } from "../topic.js";

export const lettingGo: Topic = {
  title: "the cluster goes on without this program",
  steps: (scene) => {
    const { stack, plan } = scene;
    return [
      {
        title: "See that the cluster is well, and that nothing waits",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: "`healthy`",
        otherwise: "mend that first: afterwards nobody tells you",
      },
      {
        title: "See that the file says what is there",
        where: HERE,
        command: reads`npx proxmox-ha preview ${stack}`,
        expect: "`nothing to change`",
        otherwise: "run `up` first, or leave the difference as it is",
      },
      {
        title: "Stop here, if you only want to do without it: nothing on the hosts needs it",
        where: { at: "elsewhere", what: "nowhere; only to be known" },
        expect:
          "the cluster runs on; state, stack file and keys may be kept, and a later `up` goes on. The next steps make the program forget",
        otherwise: "you want it forgotten: go on",
      },
      {
        title: "See how Pulumi is called, in a shell in the checkout",
        where: HERE,
        command: reads`npm run --silent setup -- --env`,
        expect: "a line `export PATH=...`; `eval` of it makes `pulumi` that of the program",
        otherwise: "an installed package: use the `pulumi` on your PATH with the same back-end",
      },
      {
        title: "Take the protection of the cluster's founding away, in that shell",
        where: HERE,
        command: changes`pulumi state unprotect --all --stack ${stack}`,
        destroys: "nothing on any host",
        expect: "that all resources are unprotected",
        otherwise: "it names no stack: PULUMI_BACKEND_URL is another one than that of the runs",
      },
      {
        title: "Have it forgotten",
        where: HERE,
        command: changes`pulumi destroy --stack ${stack}`,
        destroys: `definitions of storages (${list(thatGo(plan)) || "none here"}), of which one with a volume on it is refused by name, and what the program added to the datacenter's settings. Members, links, networks, Ceph with its storages, and guests are forgotten and stay as they are. Check before: read the list that it shows before it asks`,
        expect: "that each thing was deleted, which for most means forgotten",
        otherwise:
          "a storage with volumes is refused: leave it there; what is gone already stays gone, and `up` makes it again",
      },
      ...fencers(scene),
    ];
  },
};

/** Those of Ceph stay with it. */
function thatGo({ storages }: ClusterPlan): string[] {
  return storages.filter((one) => !isOfCeph(storageFacts(one).place)).map(({ id }) => id);
}

function fencers(scene: Scene): readonly Step[] {
  return hasFencers(scene)
    ? [
        {
          title:
            "The fencers stay and work; only if nobody shall switch off a silent node any more, on each node",
          where: on(...scene.nodes),
          command: changes`systemctl disable --now proxmox-ha-fencer.service proxmox-ha-fencer-verify.timer proxmox-ha-fencer-alarm.path`,
          destroys:
            "the second way to stop a silent node: its watchdog alone is left, and HA starts its guests elsewhere all the same",
          expect: "`Removed` for each of the three",
          otherwise: "it is not installed there: nothing to do",
        },
      ]
    : [];
}
