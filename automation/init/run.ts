import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { badInput, type Failure } from "../../config/failure/failure.js";
import type { Finding } from "../../config/findings/finding.js";
import { loadStack, type OtherStack, outlineOf } from "../../config/load/index.js";
import { projectRoot, stackFilesFolder } from "../engine/backend.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { stackFolder } from "../engine/stack-folder.js";
import { fileOfTarget, readStackFile, stackFilesIn, stackNameOf } from "../validate/stack-files.js";
import { visible } from "../visible.js";
import { type Draft, draftOf, secretsOf } from "./conclude/draft.js";
import { type Interview, type Prompt, saidOf } from "./interview.js";
import { shownKeys, survey } from "./look/survey.js";
import { askWishes, plainDraft, usualName } from "./plain.js";
import { questions } from "./questions.js";
import { renderFile } from "./render.js";
import { findingLines, renderEnd } from "./screen.js";
import { agreeTo } from "./trust.js";

export interface InitRequest {
  readonly stack: string;
  /** What the options say, by their names. */
  readonly said: Readonly<Record<string, string | undefined>>;
  readonly region: string | undefined;
  readonly sshPort: number | undefined;
  readonly json: boolean;
  readonly prompt: Prompt | undefined;
}

/** `init`: from hosts that are there, or from answers, to a stack file that validates. Nothing else is written anywhere. */
export async function runInit(request: InitRequest): Promise<ExitStatus> {
  const file = fileToWrite(request.stack);
  const stack = stackNameOf(file) ?? request.stack;
  const interview: Interview = { said: request.said, prompt: request.prompt };
  const addresses = await hostsOf(interview);
  const draft =
    addresses === undefined
      ? plainDraft(await askWishes(interview, stack, request.region))
      : await fromHosts(addresses, stack, interview, request);
  const text = renderFile(draft, {
    from:
      addresses === undefined
        ? `Begun by \`proxmox-ha init ${stack}\`.`
        : `Begun by \`proxmox-ha init ${stack} --from ${addresses.join(" ")}\`, from what is on these hosts.`,
    schema: path.dirname(file) === projectRoot ? "./config/generated/stack.schema.json" : undefined,
  });
  const warnings = validated(file, text);
  writeNew(file, text);
  process.stdout.write(
    request.json
      ? `${JSON.stringify({
          stack,
          file,
          cluster: draft.cluster.name,
          nodes: Object.keys(draft.cluster.nodes),
          unsaid: draft.margin.unsaid,
          differs: draft.margin.differs,
          secrets: draft.margin.secrets,
          warnings,
        })}\n`
      : visible(renderEnd({ stack, file, draft, warnings })),
  );
  return EXIT.done;
}

/** The file of a stack that is not there yet. */
function fileToWrite(word: string): string {
  const file = fileOfTarget(word, process.cwd(), stackFilesFolder());
  const name = stackNameOf(file);
  if (name === undefined || !/^[A-Za-z0-9_.-]+$/.test(name)) {
    throw badInput(
      `${word} is no name for a stack.`,
      "Use letters, digits, '-', '_' and '.', as in `proxmox-ha init lab`.",
    );
  }
  if (existsSync(file)) {
    throw exists(file);
  }
  return file;
}

const exists = (file: string): Failure =>
  badInput(
    `${file} is there already, and no stack file is ever overwritten.`,
    "Give the stack another name, or move the file away first.",
  );

/** Addresses to look at; a person without hosts says nothing. */
async function hostsOf(interview: Interview): Promise<readonly string[] | undefined> {
  const said = saidOf(interview, questions.from);
  const { prompt } = interview;
  if (said !== undefined || prompt === undefined || questions.nodes.option in interview.said) {
    return said;
  }
  for (;;) {
    const typed = await prompt.ask(
      "Addresses of hosts that run Proxmox VE already, to begin with what is there (return for none): ",
    );
    if (typed === undefined || typed.trim() === "") {
      return undefined;
    }
    const answer = questions.from.reads.safeParse(typed);
    if (answer.success) {
      return answer.data;
    }
    prompt.say(`${answer.error.issues[0]?.message ?? "It cannot be read"}.`);
  }
}

async function fromHosts(
  addresses: readonly string[],
  stack: string,
  interview: Interview,
  { region, sshPort, prompt }: InitRequest,
): Promise<Draft> {
  const port = sshPort ?? 22;
  const shown = await shownKeys(addresses, port);
  await agreeTo(shown, saidOf(interview, questions.hostKeys), prompt);
  const key = saidOf(interview, questions.key);
  const password =
    saidOf(interview, questions.password) ?? (await askedPassword(key !== undefined, prompt));
  const { secrets = {} } = secretsOf({ region, key, installerPassword: password });
  const sight = await survey(shown, {
    port,
    key,
    password: password !== undefined && "pulumi" in password ? undefined : password,
    folder: stackFolder(stack),
    secrets: { secrets: { ssm: secrets.ssm && { ...secrets.ssm, publish: false } } },
  });
  return draftOf(sight, {
    name: saidOf(interview, questions.name) ?? usualName(stack),
    installerPassword: password,
    key,
    region,
    sshPort,
  });
}

async function askedPassword(hasKey: boolean, prompt: Prompt | undefined) {
  if (hasKey || prompt === undefined) {
    return undefined;
  }
  for (;;) {
    const { asks, example, reads } = questions.password;
    const typed = await prompt.ask(
      `Say ${asks} (${example}; return where a key or agent is accepted): `,
    );
    if (typed === undefined || typed.trim() === "") {
      return undefined;
    }
    const answer = reads.safeParse(typed.trim());
    if (answer.success) {
      return answer.data;
    }
    prompt.say(`${answer.error.issues[0]?.message ?? "It cannot be read"}.`);
  }
}

/** What `validate` would say of the text. Errors end it: no file is left that does not validate. */
function validated(file: string, text: string): readonly Finding[] {
  const { spec, findings } = loadStack({
    file,
    text,
    others: neighboursOf(file),
    today: new Date().toISOString().slice(0, 10),
  });
  if (spec === undefined) {
    throw badInput(
      [
        text,
        "This makes no stack file that validates, so none was written:",
        ...findingLines(
          findings.filter(({ severity }) => severity === "error"),
          text,
        ),
      ].join("\n"),
      "Write it by hand from this text, or mend the hosts first.",
    );
  }
  return findings;
}

/** Other stacks of the project: a host is in one of them. */
function neighboursOf(file: string): OtherStack[] {
  return stackFilesIn(path.dirname(file)).flatMap((one) => {
    const content = readStackFile(one);
    return (content.kind === "content" ? outlineOf(one, content.bytes) : undefined) ?? [];
  });
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST") {
      throw exists(file);
    }
    throw thrown;
  }
}
