import type { AnswerPlan } from "../../config/plan/render/answer.js";

interface Written {
  readonly stack: string;
  readonly folder: string;
  readonly hook: string;
  readonly plans: readonly AnswerPlan[];
}

/** What was written, and what a person does with it. */
export function renderInstructions({ stack, folder, hook, plans }: Written): string {
  const lines = plans.flatMap((plan) => [
    `  ${plan.node}.toml: ${plan.layout} on ${disksText(plan)}, ${plan.address} on ${portText(plan)}${plan.firstNetwork === undefined ? "" : "; its network is set up by the hook, because the installer knows neither VLANs nor bonds"}`,
  ]);
  const [first] = plans;
  const one = first === undefined ? "NODE" : first.node;
  return `${[
    `Written into ${folder}, without any secret:`,
    ...lines,
    `  ${hook}: the first boot of each of them`,
    "",
    "Whatever is on the disks that are named is gone after an installation. Look first what the rule means, in a shell of the installer:",
    ...[...new Set(plans.map(matchCommand))].map((command) => `  ${command}`),
    "",
    "A medium for one node (on a machine with proxmox-auto-install-assistant, and Proxmox's ISO):",
    `  proxmox-auto-install-assistant validate-answer ${one}.toml`,
    `  proxmox-auto-install-assistant prepare-iso proxmox-ve.iso --fetch-from iso --answer-file ${one}.toml --on-first-boot ${hook} --output ${one}.iso`,
    "Write it onto a stick, or give it to the machine as virtual media of its controller; boot from it once.",
    "",
    "Afterwards its console shows a line for `access: { hostKeys: { … } }` in the stack file. Copy it from there before the first run:",
    `  npx proxmox-ha doctor ${stack}`,
    "",
    "docs/installation.md has the other ways, and what to do where a first contact fails.",
  ].join("\n")}\n`;
}

const disksText = ({ disks: { model, serial, count } }: AnswerPlan): string =>
  `${count === 1 ? "the disk" : `the ${count} disks`} with ${model === undefined ? `serial number ${serial}` : `model ${model}`}`;

const portText = ({ port: { name, mac } }: AnswerPlan): string =>
  mac === undefined ? name : `${name} (${mac})`;

function matchCommand({ disks: { model, serial } }: AnswerPlan): string {
  const filter = model === undefined ? `ID_SERIAL_SHORT=${serial}` : `ID_MODEL=${model}`;
  return `proxmox-auto-install-assistant device-match disk '${filter}'`;
}
