import { readFileSync } from "node:fs";
import path from "node:path";
import { badInput } from "../../config/failure/failure.js";
import { loadStack } from "../../config/load/index.js";
import { SECTION } from "../../config/load/section.js";
import { confirm } from "../confirm.js";
import { replaceFile } from "../edit/replace-file.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { runVerb } from "../engine/run-verb.js";
import { readStackFile, stackFileOf } from "../engine/stack-file.js";
import { tell } from "../engine/told.js";
import { unifiedDiff } from "../preview/unified-diff.js";
import { visible } from "../visible.js";
import { editNodes, type NodeEdit } from "./edit.js";
import { type NodeWish, nodeEditOf } from "./wish.js";

export interface NodeRequest extends NodeWish {
  readonly stack: string;
  readonly yes: boolean;
  /** The file alone: neither preview nor run, and its mistakes are told and left. */
  readonly editOnly: boolean;
  readonly json: boolean;
}

/** `node`: edits the stack file, shows what it would do, and goes on only when that is meant. */
export async function runNode(request: NodeRequest): Promise<ExitStatus> {
  const { json, editOnly, yes } = request;
  const { stack, folder } = stackFileOf(request.stack);
  const today = new Date().toISOString().slice(0, 10);
  const found = readStackFile(stack, today, folder);
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  const before = readFileSync(file, "utf8");
  const edit = nodeEditOf(stack, found.spec, request, Date.now());
  const { left, text } = editNodes(before, ["config", SECTION], edit);
  const mistakes = mistakesIn(file, text, today);
  const diff = unifiedDiff(before, text);
  if (json) {
    process.stdout.write(`${JSON.stringify({ file, diff, left, mistakes })}\n`);
  } else {
    say([file, ...diff.map((line) => `  ${line}`), ...told(edit, left)]);
  }
  if (mistakes.length > 0 && !editOnly) {
    throw badInput(
      `With that the stack file has ${mistakes.length === 1 ? "a mistake" : "mistakes"}:\n${mistakes.join("\n")}\nIt was not changed.`,
      "Make the change together with what is missing, by hand, or have `--edit-only` write it and go on from there.",
    );
  }
  replaceFile({ file, from: before, to: text, otherwise: "Run it again, by the file as it is." });
  if (editOnly) {
    const how =
      mistakes.length === 0
        ? [`\`proxmox-ha preview ${stack}\` says what that would do.`]
        : ["It cannot be used like that:", ...mistakes];
    return json ? EXIT.done : said([`${file} was changed.`, ...how]);
  }
  return await goOn({ stack, file, before, after: text, json, yes, node: edit.node });
}

interface Course {
  readonly stack: string;
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly node: string;
}

/** The file is as it was, unless `up` has begun by it. */
async function goOn(course: Course): Promise<ExitStatus> {
  const { file, before, after, json, node, stack, yes } = course;
  const manner = json ? "json" : "lines";
  let isMeant = false;
  try {
    const preview = await runVerb("preview", stack, { manner, screen: false, diff: false });
    if (preview !== EXIT.changesPending && preview !== EXIT.done) {
      return preview;
    }
    await confirm(node, { yes, otherwise: "the stack file is as it was" });
    isMeant = true;
  } finally {
    if (!isMeant) {
      replaceFile({
        file,
        from: after,
        to: before,
        otherwise: `What was written for ${node} is still in it: take it out by hand where it is not meant.`,
      });
      tellBack(file, json);
    }
  }
  return await runVerb("up", stack, { manner, screen: true, diff: false });
}

function tellBack(file: string, json: boolean): void {
  if (!json) {
    say([`${file} is as it was.`]);
  }
}

function mistakesIn(file: string, text: string, today: string): string[] {
  return loadStack({ file, text, today })
    .findings.filter(({ severity }) => severity === "error")
    .map(({ fix, line, what }) => `${file}:${line ?? 1}: ${what} ${fix}`);
}

function told(edit: NodeEdit, left: readonly string[]): string[] {
  return [
    ...(left.length === 0 ? [] : ["Left to you", ...left.map((line) => `  ${line}`)]),
    ...(edit.verb === "add"
      ? []
      : [`The consent holds until ${edit.until}; take its line out when it is done.`]),
  ];
}

function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(""));
}

function said(lines: readonly string[]): ExitStatus {
  say(lines);
  return EXIT.done;
}
