import type { Command } from "commander";
import { z } from "zod";
import { guarded, print } from "./action.js";
import { ask } from "./client.js";
import { checkedName, checkedPowerAction, POWER_ACTIONS } from "./problem.js";

const switched = z.object({ state: z.enum(["on", "off"]) });
const reinstalled = z.object({ host: z.string(), power: z.enum(["on", "off", "frozen"]) });

/** What is done to one node of a twin from outside, as somebody in front of the rack would. */
export function registerHostVerbs(program: Command): void {
  program
    .command("power")
    .argument("<twin>")
    .argument("<node>")
    .argument("<action>", POWER_ACTIONS.join(", "))
    .option("--json", "for programs")
    .description("switch a node's power by hand")
    .action(
      guarded(async (twin: string, node: string, action: string, flags: { json?: boolean }) => {
        const path = `/hosts/${encodeURIComponent(node)}/power`;
        const body = { action: checkedPowerAction(action) };
        const { state } = switched.parse(await ask(checkedName(twin), "POST", path, body));
        const answer = { host: node, power: state };
        print(flags.json === true ? JSON.stringify(answer) : `${node} is switched ${state}`);
        return undefined;
      }),
    );
  program
    .command("reinstall")
    .argument("<twin>")
    .argument("<node>")
    .option("--off", "leave it switched off")
    .option(
      "--keep-disks",
      "what lies on its disks stays, as when they are put into the new machine",
    )
    .option("--json", "for programs")
    .description(
      "put a new installation on a node, as after a dead machine: nothing it wrote is left",
    )
    .action(
      guarded(
        async (
          twin: string,
          node: string,
          flags: { off?: boolean; keepDisks?: boolean; json?: boolean },
        ) => {
          const path = `/hosts/${encodeURIComponent(node)}/reinstall`;
          const keepDisks = flags.keepDisks === true;
          const body = { off: flags.off === true, keepDisks };
          const answer = reinstalled.parse(await ask(checkedName(twin), "POST", path, body));
          print(flags.json === true ? JSON.stringify(answer) : reinstalledText(answer, keepDisks));
          return undefined;
        },
      ),
    );
}

function reinstalledText(
  { host, power }: z.output<typeof reinstalled>,
  keepDisks: boolean,
): string {
  const now = power === "off" ? "switched off" : "up";
  return `${host} is freshly installed and ${now}: ${keepDisks ? "its old disks" : "empty disks"}, another machine id, other ssh host keys`;
}
