import { defineGate } from "../../kit/gate.js";
import { BONDS_SCRIPT, judgeBonds } from "../../measure/bonds.js";
import { look } from "../../transport/ssh/look.js";
import { type BondsInputs, bondsInputs } from "./schema.js";

export const bondsGate = defineGate<BondsInputs>({
  kind: "host/bonds",
  schemaVersion: 1,
  inputs: bondsInputs,
  // A port that has timed out may take half a minute to be let in again.
  deadlineMs: 60_000,
  everyMs: 2_000,
  subject: () => "every bond has one LACP partner behind all of its ports",
  id: (inputs) => inputs.name,
  async measure(inputs, context) {
    const verdicts = await Promise.all(
      inputs.hosts.map(async ({ connection, bonds }) => {
        const said = await look(context.host(connection), {
          script: BONDS_SCRIPT,
          timeoutMs: 20_000,

          verb: "read the state of the bonds",
        });
        return judgeBonds(connection.node, bonds, said);
      }),
    );
    const wrong = verdicts.flat().filter(({ state }) => state === "wrong");
    return {
      met: wrong.length === 0,
      saw: (wrong.length > 0 ? wrong : verdicts.flat()).map(({ saw }) => saw),
    };
  },
  doNext: () =>
    "Make the switch ports of the named bond one LACP LAG (over both switches: one ESI or MC-LAG with one system id), or write `mode: active-backup` with `farSide: independent`; then run `pulumi up` again. `cat /proc/net/bonding/bond0` shows both sides.",
});
