import { Failure } from "../../../config/failure/failure.js";
import type { Change } from "../../kit/change.js";
import { defineProvider } from "../../kit/define-provider.js";
import type { Context, Host } from "../../kit/runtime.js";
import { readProgramFile } from "../../transport/program-files.js";
import { look } from "../../transport/ssh/look.js";
import { confirmation, keepingTheWayIn } from "../way-in.js";
import { type ApplyWish, applyInput, applyScript, EXIT, type FileToPut } from "./apply-script.js";
import { isWayIn, observeScript, parseObserved, type SetFacts, sha256, storeOf } from "./facts.js";
import { type FileStep, planFiles } from "./plan.js";
import {
  type FilesInputs,
  type FilesState,
  filesInputs,
  filesState,
  type ManagedFile,
} from "./schema.js";

const CONFIRM: FileStep = { action: "confirm" };
const DEADLINE_MS = 300_000;
const OBSERVE_TIMEOUT_MS = 30_000;

/** Files of one host that belong together: texts, modes, owners, and what makes them effective. */
export const hostFiles = defineProvider<FilesInputs, FilesState, SetFacts, FileStep>({
  kind: "host/files",
  schemaVersion: 1,
  inputs: filesInputs,
  state: filesState,
  identity: ["set"],
  deadlineMs: DEADLINE_MS,
  subject: ({ set, connection }) => `files ${set} on ${connection.node}`,
  id: ({ set, connection }) => `${connection.node}:${set}`,

  remember: ({ turn: _turn, ...inputs }) => ({
    ...inputs,
    files: Object.fromEntries(
      Object.entries(inputs.files).map(([path, { content, source, secrets, ...attributes }]) => [
        path,
        {
          ...attributes,
          digest: source?.sha256 ?? sha256(content ?? ""),
          holdsSecrets: Object.keys(secrets).length > 0,
        },
      ]),
    ),
  }),

  observe: async (state, context, inputs) => {
    const host = context.host(state.connection);
    const files = Object.entries(state.files).map(([path, { holdsSecrets, installed }]) => ({
      path,
      holdsSecrets,
      installed,
    }));
    const said = await look(host, {
      script: observeScript(state.set, files),
      timeoutMs: OBSERVE_TIMEOUT_MS,
      verb: "look at files",
      doNext: "Check that root can read the files on the host.",
    });
    const seen = parseObserved(said);
    if (seen === undefined) {
      throw new Failure("failed", {
        tried: "to look at files",
        where: host.place,
        cameBack: "the answer has no end",
        doNext: "Check that root can read the files on the host.",
      });
    }
    return { ...seen, expected: await expectedDigests(inputs, context) };
  },

  plan: (wanted, facts) => [
    ...(wanted === undefined
      ? []
      : confirmation(facts.wayInWaits).map((change) => ({ ...change, step: CONFIRM }))),
    ...planFiles(wanted, facts),
  ],

  apply: async (changes, state, context, inputs) => {
    const paths = (action: "put" | "restore"): string[] => [
      ...new Set(changes.flatMap(({ step }) => (step.action === action ? [step.path] : []))),
    ];
    const puts = await Promise.all(
      paths("put").map((path) => fileToPut(path, inputs?.files[path], context)),
    );
    const { set, validate, reload } = state;
    const wish = { set, puts, restores: paths("restore"), validate, reload };
    const host = context.host(state.connection);
    const change = async () => {
      if (changes.some(({ step }) => step.action !== "confirm")) {
        await putFiles(wish, host, state);
      }
    };
    // The record of what was written comes back with the files, so that the old ones are not taken for somebody's edit.
    const ssh = [...paths("put"), ...paths("restore")].filter(isWayIn);
    const files = ssh.length === 0 ? [] : [...ssh, storeOf(set)];
    const waits = changes.some(({ step }) => step.action === "confirm");
    const act = () =>
      keepingTheWayIn({ users: [], files }, state.connection, context, change, waits);
    const turn = inputs?.turn;
    const isFirst = puts.length === Object.keys(state.files).length && changes.every(isNew);
    await (turn === undefined || isFirst
      ? act()
      : context.locks.holdWhileWell(turn, act, () => outOfTurn(turn, host.place)));
  },
});

/** Nothing was there, so nothing is in use yet that could be missed meanwhile. */
const isNew = ({ kind, from }: Change<FileStep>): boolean => kind === "add" && from === "absent";

const outOfTurn = (turn: string, where: string): Failure =>
  new Failure("refused", {
    tried: `to change the ${turn}`,
    where,
    cameBack: `refused, nothing was changed here: the change of another ${turn} failed, and this one still does its work`,
    doNext: "Mend what failed there, then run `pulumi up` again.",
  });

async function putFiles(wish: ApplyWish, host: Host, state: FilesState): Promise<void> {
  const result = await host.run(applyScript(wish), {
    timeoutMs: DEADLINE_MS,
    // Texts are replaced whole and records are made once, so a second time changes nothing more.
    repeatable: true,
    verb: "put files in place",
    stdin: applyInput(wish),
  });
  if (result.status === 0) {
    return;
  }
  const said = result.stderr.trim().split("\n").slice(-8).join(" | ") || "no message";
  throw failure(host.place, said, result.status, state);
}

async function expectedDigests(
  inputs: FilesInputs | undefined,
  context: Context,
): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(inputs?.files ?? {}).map(
      async ([path, file]): Promise<[string, string]> => [
        path,
        sha256(await textOf(path, file, context)),
      ],
    ),
  );
  return Object.fromEntries(entries);
}

async function fileToPut(
  path: string,
  file: ManagedFile | undefined,
  context: Context,
): Promise<FileToPut> {
  if (file === undefined) {
    throw new Error(`no text is known for ${path}`);
  }
  const { mode, owner, group } = file;
  return {
    path,
    content: Buffer.from(await textOf(path, file, context)),
    mode,
    owner,
    group,
    holdsSecrets: Object.keys(file.secrets).length > 0,
  };
}

/** The text with its secrets, which exists in memory and in the file alone. */
async function textOf(
  path: string,
  { content, source, secrets }: ManagedFile,
  context: Context,
): Promise<string> {
  const values = await Promise.all(
    Object.entries(secrets).map(
      async ([name, reference]) => [name, await context.secret(reference)] as const,
    ),
  );
  return values.reduce(
    (text, [name, secret]) => text.replaceAll(`{{${name}}}`, () => inText(path, secret.reveal())),
    source === undefined ? (content ?? "") : readProgramFile(source),
  );
}

/** Inside of a JSON text a value is written as JSON writes it, quotes aside. */
function inText(path: string, value: string): string {
  return path.endsWith(".json") ? JSON.stringify(value).slice(1, -1) : value;
}

function failure(
  where: string,
  said: string,
  status: number | undefined,
  { set, validate, reload }: FilesState,
): Failure {
  switch (status) {
    case EXIT.invalid:
      return new Failure("failed", {
        tried: `to check the new files ${set} with "${validate}"`,
        where,
        cameBack: `${said}; the files of before are back in place`,
        doNext: "Correct what the check complains about in the stack file.",
      });
    case EXIT.reload:
      return new Failure("failed", {
        tried: `to make the new files ${set} effective with "${reload}"`,
        where,
        cameBack: `${said}; the new files are in place`,
        doNext:
          "Look at the service on the host, then run `pulumi up` again: it repeats this step.",
      });
    case EXIT.locked:
      return new Failure("failed", {
        tried: `to change the files ${set}`,
        where,
        cameBack: said,
        doNext: "Wait for the other run, or find it with `fuser -v` on that file.",
      });
    default:
      return new Failure("failed", {
        tried: `to put the files ${set} in place`,
        where,
        cameBack: `${said} (exit status ${status ?? "none"})`,
        doNext: "Mend what is named, then run `pulumi up` again.",
      });
  }
}
