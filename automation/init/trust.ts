import { badInput, Failure } from "../../config/failure/failure.js";
import { list } from "../../config/findings/enumeration.js";
import type { Prompt } from "./interview.js";
import type { ShownKey } from "./look/survey.js";

const WHERE =
  "On each host's own console `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints it";

/**
 * The first contact is a person's decision: by fingerprints that were brought along, or by looking at those that are shown.
 * Nothing is trusted because it answered.
 */
export async function agreeTo(
  shown: readonly ShownKey[],
  pins: readonly string[] | undefined,
  prompt: Prompt | undefined,
): Promise<void> {
  if (pins !== undefined) {
    const others = shown.filter(({ fingerprint }) => !pins.includes(fingerprint));
    if (others.length > 0) {
      throw refused(
        `${list(others.map(({ address, fingerprint }) => `${address} shows the key ${fingerprint}`))}, which --host-key does not name`,
        `${WHERE}. Something else may answer at that address.`,
      );
    }
    return;
  }
  if (prompt === undefined) {
    throw badInput(
      ["Nobody is there to compare the hosts' keys:", ...lines(shown)].join("\n"),
      `${WHERE}. Where they are the same, add \`--host-key FINGERPRINT\` for each.`,
    );
  }
  prompt.say(["The hosts show these ssh keys:", ...lines(shown), `${WHERE}.`].join("\n"));
  const typed = await prompt.ask("Are they the same? Type yes to go on: ");
  if (typed?.trim().toLowerCase() !== "yes") {
    throw refused("the hosts' keys were not agreed to", "Compare them, then run it again.");
  }
}

const lines = (shown: readonly ShownKey[]): string[] =>
  shown.map(({ address, fingerprint }) => `  ${address}  ${fingerprint}`);

const refused = (cameBack: string, doNext: string): Failure =>
  new Failure("refused", {
    tried: "",
    where: "",
    cameBack: `${cameBack}. Nothing was read and nothing was written.`,
    doNext,
  });
