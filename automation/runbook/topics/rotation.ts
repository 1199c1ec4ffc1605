import { list } from "../../../config/findings/enumeration.js";
import type { SecretUse } from "../../../config/plan/secrets.js";
import type { SecretRef } from "../../../config/schema/primitives.js";
import { changes, HERE, on, type Place, reads, STACK_FILE, type Step } from "../page.js";
import { hasFencers, type Scene, spokesman } from "../scene.js";
import type { Topic } from "../topic.js";

export const rotation: Topic = {
  title: "passwords, tokens and keys are exchanged, one after the other",
  steps: (scene) => {
    const { stack, plan } = scene;
    return [
      {
        title: "See that nothing else waits to be done",
        where: HERE,
        command: reads`npx proxmox-ha preview ${stack}`,
        expect: "`nothing to change`",
        otherwise: "do that first, or the new value hides among other changes",
      },
      ...plan.secrets.filter(({ path }) => !path.startsWith("access.")).map(exchanged),
      {
        title: "See that the new values are noticed, and by whom",
        where: HERE,
        command: reads`npx proxmox-ha preview ${stack}`,
        expect:
          "`secretVersions` at each thing that uses one (status 4; where nothing was exchanged 0)",
        otherwise:
          "nothing: the value is as it was, or this machine may not read the versions, which it says",
      },
      {
        title: "Put them in place",
        where: HERE,
        command: changes`npx proxmox-ha up ${stack}`,
        destroys: "nothing; the old values end where you exchanged them, and not before",
        expect: "an update of each thing that the preview named, and `healthy`",
        otherwise:
          "a login that is refused: what stands at the source is not what the device or server has",
      },
      ...proof(scene),
      {
        title: "The program's own token of Proxmox's API: have it made anew",
        where: STACK_FILE,
        expect:
          "`access.tokenRotation` one higher than it is (1 where it is not there), then `up`; the old token ends at once",
        otherwise: "nobody else uses it, so nothing else has to change",
      },
      ...ownKey(scene),
    ];
  },
};

function exchanged({ reference, purpose, path }: SecretUse): Step {
  const device = /^nodes\.([^.]+)\.fence\./.exec(path)?.[1];
  const isKey = path.endsWith(".encryptionKey");
  return {
    title: `Exchange it, if it is its turn: ${purpose}`,
    where: sourceOf(reference),
    ...(isKey
      ? {
          destroys:
            "the way to every backup that the old key has encrypted: keep the old one for as long as those are kept. `up` asks for the consent `storage.ID.key`",
        }
      : {}),
    expect: `the new value, which ${device === undefined ? "whatever it opens" : `${device}'s device itself`} has been told just before; \`${path}\` in the stack file stays as it is`,
    otherwise:
      device === undefined
        ? "it is not its turn: leave it"
        : `it is not its turn: leave it. From the device's new password until \`up\` no fencer can switch ${device} off, so do one node at a time`,
  };
}

function sourceOf(reference: SecretRef): Place {
  return {
    at: "elsewhere",
    what:
      "ssm" in reference
        ? `the parameter ${reference.ssm} of the store`
        : "env" in reference
          ? `the variable ${reference.env}, where the program is started`
          : `the stack's configuration: \`pulumi config set --secret ${reference.pulumi}\`, which asks for the value`,
  };
}

function proof(scene: Scene): readonly Step[] {
  const { stack } = scene;
  return [
    ...(hasFencers(scene)
      ? [
          {
            title: "Prove that every fencer gets in with the new passwords",
            where: HERE,
            command: reads`npx proxmox-ha drill ${stack} verify`,
            expect: "each pair, with what its device says of the power; nothing is switched",
            otherwise: "the device that refuses has another value than the source",
          },
        ]
      : []),
    ...(scene.plan.storages.some(({ type }) => type === "cifs" || type === "pbs")
      ? [
          {
            title: "Prove that the storages get in",
            where: on(spokesman(scene)),
            command: reads`pvesm status`,
            expect: "`active` at each",
            otherwise: "the server has another value than the source",
          },
        ]
      : []),
  ];
}

/** Where the stack brings the key along. One that the program made itself is exchanged by nothing of it. */
function ownKey({ plan }: Scene): readonly Step[] {
  const withKey = plan.nodes.find(({ connection }) => connection.auth.key !== undefined);
  return withKey === undefined
    ? []
    : [
        {
          title: "The key by which the program logs in: let both in for a while",
          where: STACK_FILE,
          expect:
            "the new public half in `base.rootKeys`, then `up`; then the new private half where `access.key` points, then `up` again",
          otherwise: `a run that cannot log in says so for each of ${list(plan.nodes.map(({ name }) => name))}: put the old private half back`,
        },
      ];
}
