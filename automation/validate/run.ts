import path from "node:path";
import { closest } from "../../config/findings/closest.js";
import type { Finding } from "../../config/findings/finding.js";
import { loadStack, type OtherStack, outlineOf } from "../../config/load/index.js";
import type { CephNames } from "../../config/plan/ceph-names.js";
import { present } from "../../config/plan/present.js";
import type { FileReport } from "./file-report.js";
import { humanReport, jsonReport } from "./report.js";
import {
  type FileContent,
  fileOfTarget,
  projectAbove,
  readStackFile,
  stackFilesIn,
  stackNameOf,
} from "./stack-files.js";

export interface CheckRequest {
  readonly targets: readonly string[];
  /** Where the words of the command line are meant from. */
  readonly directory: string;
  /** Where the stack files lie; the project around the directory when absent. */
  readonly project?: string;
  readonly today: string;
  /** What the last run of a stack wanted of Ceph, where its record is at hand. */
  readonly recorded: (stack: string) => CephNames | undefined;
}

export interface ValidateRequest extends CheckRequest {
  readonly json: boolean;
}

export interface ValidateOutcome {
  readonly output: string;
  readonly exitCode: 0 | 2;
  /** How many warnings the files themselves say are known. */
  readonly acknowledged: number;
}

/** What was found in several files. */
export interface CheckedFiles {
  readonly reports: readonly FileReport[];
  readonly project: string;
  /** There is no file, or an error in one. */
  readonly failed: boolean;
}

const FILE_ERROR = { severity: "error", path: "" } as const;

/** Checks the named stack files, or all of the project, and renders what was found. */
export function validate(request: ValidateRequest): ValidateOutcome {
  const { reports, project, failed } = checkFiles(request);
  return {
    output: request.json ? jsonReport(reports) : humanReport(reports, project),
    exitCode: failed ? 2 : 0,
    acknowledged: reports.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
  };
}

/** Checks the named stack files, or all of the project. */
export function checkFiles(request: CheckRequest): CheckedFiles {
  const { directory, today } = request;
  const project = request.project ?? projectAbove(directory) ?? directory;
  const neighbours = stackFilesIn(project);
  const files =
    request.targets.length === 0
      ? neighbours
      : request.targets.map((target) => fileOfTarget(target, directory, project));
  const contents = new Map([...neighbours, ...files].map((file) => [file, readStackFile(file)]));
  const outlines = outlinesOf(contents, files);
  const reports = files.map((file): FileReport => {
    const others = outlines.filter((other) => other.file !== file);
    const content = contents.get(file) ?? { kind: "missing" };
    return {
      file: path.relative(directory, file) || file,
      stack: stackNameOf(file),
      ...check(file, content, { others, today, neighbours, recorded: request.recorded }),
    };
  });
  const failed =
    reports.length === 0 ||
    reports.some(({ findings }) => findings.some(({ severity }) => severity === "error"));
  return { reports, project, failed };
}

interface Surroundings extends Pick<CheckRequest, "today" | "recorded"> {
  readonly others: readonly OtherStack[];
  readonly neighbours: readonly string[];
}

function check(
  file: string,
  content: FileContent,
  { others, today, neighbours, recorded }: Surroundings,
): Pick<FileReport, "findings" | "acknowledged" | "complete"> {
  if (content.kind === "content") {
    try {
      const stack = stackNameOf(file);
      const names = stack === undefined ? undefined : recorded(stack);
      return loadStack({
        file,
        text: content.bytes,
        others,
        today,
        ...present({ recorded: names }),
      });
    } catch (fault) {
      return { complete: false, acknowledged: 0, findings: [faultOf(fault)] };
    }
  }
  return { complete: false, acknowledged: 0, findings: [unread(file, content, neighbours)] };
}

/** A fault of the program in one file; the others still get their report. */
function faultOf(fault: unknown): Finding {
  return {
    ...FILE_ERROR,
    code: "file/fault",
    what: `The check of this file broke off, by a fault of this program: ${fault instanceof Error ? fault.message : String(fault)}.`,
    fix: "Report it with the file. Until then, take out what was added last.",
  };
}

function unread(
  file: string,
  content: Exclude<FileContent, { kind: "content" }>,
  neighbours: readonly string[],
): Finding {
  if (content.kind === "unreadable") {
    return {
      ...FILE_ERROR,
      code: "file/unreadable",
      what: `The file cannot be read: ${content.reason}.`,
      fix: "Name a stack file that you may read.",
    };
  }
  const stacks = neighbours.flatMap((one) => stackNameOf(one) ?? []);
  const meant = closest(stackNameOf(file) ?? path.basename(file), stacks);
  const known =
    stacks.length === 0
      ? "There is no Pulumi.<stack>.yaml in this project; `proxmox-ha init <stack>` begins one."
      : `Stacks of this project: ${stacks.join(", ")}.`;
  return {
    ...FILE_ERROR,
    code: "file/missing",
    what: "There is no such file.",
    fix: meant === undefined ? known : `Did you mean \`${meant}\`? ${known}`,
  };
}

const DOMAINS = /\bdomain["']?\s*:\s*["']?([^\s"',}#]+)/g;

/**
 * Hosts collide only within one DNS domain, so a neighbour that mentions none of the domains at hand need not be
 * parsed; that is much of the time that checking a single stack takes.
 */
function outlinesOf(
  contents: ReadonlyMap<string, FileContent>,
  files: readonly string[],
): OtherStack[] {
  const domains = new Set(files.flatMap((file) => domainsIn(contents.get(file))));
  return [...contents]
    .filter(([, content]) => domainsIn(content).some((domain) => domains.has(domain)))
    .flatMap(([file, content]) => outline(file, content));
}

function domainsIn(content: FileContent | undefined): string[] {
  if (content?.kind !== "content") {
    return [];
  }
  const text = Buffer.from(content.bytes).toString("utf8");
  return [...text.matchAll(DOMAINS)].flatMap(([, domain]) => domain ?? []);
}

function outline(file: string, content: FileContent): OtherStack[] {
  try {
    const found = content.kind === "content" ? outlineOf(file, content.bytes) : undefined;
    return found === undefined ? [] : [found];
  } catch {
    return []; // its own report tells
  }
}
