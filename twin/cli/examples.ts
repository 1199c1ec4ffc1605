import type { Command } from "commander";
import { exampleLines } from "../../config/findings/example-lines.js";

/** What is typed behind `proxmox-ha twin`, and what that does. */
type Example = readonly [words: string, what: string];

/** Calls that a person may copy: by verb, at the end of its help and behind a mistake. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  up: [
    ["up frege", "the whole cluster of Pulumi.frege.yaml"],
    ["up frege --name mine --nodes frege russell", "two of its nodes, beside another twin"],
  ],
  run: [["run frege -- npx proxmox-ha up frege", "the program, where it reaches the twin alone"]],
  status: [["status frege", "hosts, power, quorum, and what is replaced"]],
  ssh: [
    ["ssh frege russell", "a shell on russell, as root"],
    ["ssh frege russell pvecm status", "one command there"],
  ],
  console: [["console frege russell --follow", "what russell writes, as it writes it"]],
  logs: [["logs frege supervisor", "what the supervisor did"]],
  power: [["power frege russell off", "as if somebody held its button"]],
  reinstall: [
    ["reinstall frege russell", "as after a dead machine: an empty host of the same name"],
  ],
  fault: [
    ["fault frege host-kill russell", "russell dies at once"],
    ["fault frege nas-gone nas", "the NAS answers nobody any more"],
  ],
  heal: [["heal frege", "everything that was broken is whole again"]],
  snapshot: [["snapshot frege formed", "keeps the formed cluster"]],
  restore: [["restore frege formed", "starts all hosts from it again"]],
  down: [["down frege --forget-snapshots", "nothing of it stays"]],
};

/** Gives each verb its examples, as the last words of its help. */
export function addExamples(program: Command): void {
  for (const verb of program.commands) {
    const examples = EXAMPLES[verb.name()] ?? [];
    const lines = exampleLines(examples.map(([words, what]) => [`proxmox-ha twin ${words}`, what]));
    const [first] = examples;
    verb
      .addHelpText("after", `\n${lines.join("\n")}`)
      .showHelpAfterError(first === undefined ? true : `For example: proxmox-ha twin ${first[0]}`);
  }
}
