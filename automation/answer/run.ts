import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { badInput, messageOf } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { planCluster } from "../../config/plan/index.js";
import { planInstall } from "../../config/plan/install.js";
import { renderAnswer } from "../../config/plan/render/answer.js";
import { publicKey } from "../../config/schema/primitives.js";
import { ownKey, publicLine } from "../../dynamic-providers/transport/ssh/key-pair.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { tell } from "../engine/told.js";
import { visible } from "../visible.js";
import { firstBootHook } from "./hook.js";
import { completed } from "./missing.js";
import { renderInstructions } from "./render.js";
import { sealedPassword } from "./sealed.js";

export interface AnswerRequest {
  readonly stack: string;
  readonly node?: string;
  readonly out?: string;
  /** A file with the public half of the program's key. */
  readonly sshKey?: string;
  readonly json: boolean;
}

const HOOK = "first-boot.sh";

/** `answer`: reads the stack file, asks no host, and writes files that hold no secret. */
export function runAnswer(request: AnswerRequest): ExitStatus {
  const { json, node } = request;
  const stack = stackOf(request.stack);
  const found = readStackFile(stack, new Date().toISOString().slice(0, 10));
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const { spec } = found;
  const plan = planCluster(spec, { folder: stackFolder(stack) });
  const names = plan.nodes.map(({ name }) => name);
  if (node !== undefined && !names.includes(node)) {
    const said = `There is no node ${node} in the stack file. ${othersThan(node, names)}`;
    return tell(EXIT.badInput, [said], json);
  }
  // The hook is for all of them, so that one stick serves whichever node is installed again.
  const installs = plan.nodes.flatMap((one) => planInstall(spec, one, one.network) ?? []);
  if (installs.length === 0) {
    return tell(EXIT.badInput, [NOTHING_SAID], json);
  }
  const wanted = installs
    .filter((one) => node === undefined || one.node === node)
    .map((one) => completed(one));
  const missing = wanted.flatMap((one) => (one.kind === "missing" ? one.says : []));
  if (missing.length > 0) {
    return tell(EXIT.badInput, missing, json);
  }
  const key = programKey(spec.access.key !== undefined, stack, request.sshKey);
  const keys = [...new Set([key, ...spec.base.rootKeys])];
  const folder = path.resolve(request.out ?? path.join(stackFolder(stack), "answers"));
  const answers = wanted.flatMap((one) =>
    one.kind === "missing"
      ? []
      : [
          {
            plan: one.plan,
            file: path.join(folder, `${one.plan.node}.toml`),
            text: renderAnswer(one.plan, { sealed: sealedPassword(), keys }),
          },
        ],
  );
  const hook = path.join(folder, HOOK);
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of answers) {
    writeFileSync(file, text);
  }
  writeFileSync(hook, firstBootHook(key, installs), { mode: 0o755 });
  process.stdout.write(
    json
      ? `${JSON.stringify({
          cluster: plan.name,
          hook,
          answers: answers.map(({ plan: { node: name }, file }) => ({ node: name, file })),
        })}\n`
      : visible(
          renderInstructions({ stack, folder, hook: HOOK, plans: answers.map((one) => one.plan) }),
        ),
  );
  return EXIT.done;
}

const NOTHING_SAID =
  "The stack file says nothing about installations. Write `install: { country: us, mail: admin@home.example, disks: { model: … } }` beside `base`; docs/installation.md has the rest.";

/** The line of the key that later runs log in with. One that is kept as a secret is not read for it. */
function programKey(elsewhere: boolean, stack: string, file: string | undefined): string {
  if (file !== undefined) {
    return publicKeyIn(file);
  }
  if (elsewhere) {
    throw badInput(
      "The program's key is a secret that `access.key` names, and no secret is read for this.",
      "Give the file with its public half: `--ssh-key FILE`. `ssh-keygen -y -f KEY` prints it.",
    );
  }
  const own = path.join(stackFolder(stack), "id_ed25519");
  return publicLine(ownKey(own), own);
}

function publicKeyIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    throw badInput(
      `${file} cannot be read: ${messageOf(thrown)}`,
      "Name a file that ends in .pub.",
    );
  }
  const parsed = publicKey.safeParse(text.trim());
  if (!parsed.success) {
    // What it holds is not repeated: it may be the private half.
    throw badInput(`${file} holds no public ssh key.`, "Name the file that ends in .pub.");
  }
  return parsed.data;
}
