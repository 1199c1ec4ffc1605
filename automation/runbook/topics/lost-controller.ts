import { list } from "../../../config/findings/enumeration.js";
import { changes, HERE, on, reads, type Step } from "../page.js";
import { hasFencers, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

export const lostController: Topic = {
  title: "the machine that this program ran on is gone: go on from another one",
  steps: (scene) => {
    const { stack } = scene;
    return [
      {
        title: "Know what is not lost: the cluster needs no such machine",
        where: { at: "elsewhere", what: "nowhere; only to be known" },
        expect:
          "quorum, HA, Ceph and fencers go on by themselves; steps that a run had begun on hosts come to their end there, and the next run finds them",
        otherwise:
          "the machine was a guest of this cluster: HA may have started it elsewhere already",
      },
      {
        title: "Get the program, on the new machine, in a checkout of it",
        where: HERE,
        command: changes`npm run setup`,
        expect: "`everything is in place`",
        otherwise: "`npm run setup -- --print` says what is missing",
      },
      {
        title: "Bring the stack file from version control, and see that it is whole",
        where: HERE,
        command: reads`npx proxmox-ha validate ${stack}`,
        expect: "nothing wrong",
        otherwise: "it is lost as well: `lost-stack-file` comes first",
      },
      broughtAlong(scene),
      {
        title: "See whether this machine gets in",
        where: HERE,
        command: reads`npx proxmox-ha status ${stack}`,
        expect: "every node a `member`",
        otherwise: wayIn(scene),
      },
      ...begun(scene),
      {
        title: "See what the program thinks that it has to do",
        where: HERE,
        command: reads`npx proxmox-ha preview ${stack}`,
        expect:
          "`nothing to change` with the old state; without it everything is taken over as it is found, or refused with each difference (status 4)",
        otherwise: "a difference: write what is there into the file, or `adopt: true` for one run",
      },
      {
        title: "Go on",
        where: HERE,
        command: changes`npx proxmox-ha up ${stack}`,
        destroys: "nothing that the preview did not name",
        expect: "`healthy`",
        otherwise: "the error says what to do; run it again",
      },
      {
        title: "See that no other machine still runs it",
        where: on(spokesman(scene)),
        command: reads`journalctl -u ssh -n 50 --no-pager`,
        expect: "no login from the lost machine's address since it was lost",
        otherwise: "it lives: never let both of them run; switch one off",
      },
    ];
  },
};

function broughtAlong({ plan }: Scene): Step {
  const [first] = plan.nodes;
  const { keyFile, key } = first?.connection.auth ?? {};
  const kept = [
    ...(keyFile === undefined ? [] : [`the program's ssh key ${keyFile}`]),
    ...(first === undefined ? [] : [`the hosts' keys ${first.connection.knownHostsFile}`]),
    "state and passphrase: the back-end of PULUMI_BACKEND_URL, or `~/.local/state/proxmox-ha`",
  ];
  return {
    title: "Bring what the old machine kept, as far as there is a copy",
    where: { at: "elsewhere", what: "the copies of the old machine" },
    expect: `at the same places here: ${list(kept)}`,
    otherwise:
      key === undefined
        ? "no copy: go on without. The way in is root's password then (`access.installerPassword`), host keys are met for the first time, and `up` takes the cluster over as it finds it"
        : "no copy: go on without. The way in is the key of `access.key`, host keys are met for the first time, and `up` takes the cluster over as it finds it",
  };
}

function wayIn({ plan }: Scene): string {
  const key = plan.nodes.some(({ connection }) => connection.auth.key !== undefined);
  return key
    ? "`unreachable`: the network between here and the nodes, or this machine may not read what `access.key` names"
    : "`unreachable`: the network between here and the nodes; a refused login: root's password is not what `access.installerPassword` names. Hosts from `answer` have none: from a rescue boot put the new `id_ed25519.pub` into /root/.ssh/authorized_keys";
}

/** Orders of the lost machine that have an end of their own, and may be ended sooner. */
function begun(scene: Scene): readonly Step[] {
  const { stack } = scene;
  const out = scene.view?.maintenance ?? [];
  return [
    ...(hasFencers(scene)
      ? [
          {
            title: "See whether it died in a drill or while it switched a node",
            where: HERE,
            command: reads`npx proxmox-ha fence ${stack} status`,
            expect: "no drill and no node that is being switched",
            otherwise: "a drill restores itself after 30 minutes; `fence` says what is open",
          },
        ]
      : []),
    ...out.map(({ node }) => ({
      title: `${node} is out of service: bring it back`,
      where: HERE,
      command: changes`npx proxmox-ha maintenance ${stack} off ${node}`,
      expect: "guests and data as before",
      otherwise: "it waits for what it names",
    })),
  ];
}
