import { readFileSync } from "node:fs";
import path from "node:path";
import { type Document, parseDocument } from "yaml";
import type { Finding } from "../../../../config/findings/finding.js";
import { loadStack, type OtherStack } from "../../../../config/load/index.js";
import { withoutGuests } from "../../../support/without-guests.js";

export const ROOT = path.resolve(__dirname, "../../../..");
export const TODAY = "2026-11-21";
export type StackName = "frege" | "pve1" | "homelab" | "gtr7";

/** Marks a value that the patch takes away. */
export const GONE = Symbol("gone");

/** Values by path below the cluster's section, written `nodes/frege/address`. */
export type Patch = Readonly<Record<string, unknown>>;

export interface WrongStack {
  /** What is wrong, as the test's name. */
  readonly name: string;
  readonly stack: StackName;
  readonly patch: Patch;
  readonly code: string;
  /** Path of the finding. */
  readonly at: string;
  /** Text that the reported line holds; the last key of the path when left out. */
  readonly line?: string;
  /** What the message must say to write instead. */
  readonly fix: string | RegExp;
  /** What the message says to write instead; with it nothing is left to say. */
  readonly way?: Patch;
  /** Further codes that the same mistake rightly brings. */
  readonly also?: readonly string[];
  readonly others?: readonly OtherStack[];
  readonly today?: string;
}

/** One mistake of a case shall be one; on a network that is wrong frege's guest would be another. */
export function textOf(stack: StackName): string {
  const text = readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
  return stack === "frege" ? withoutGuests(text) : text;
}

export function patched(stack: StackName, patch: Patch): string {
  const document: Document = parseDocument(textOf(stack));
  for (const [where, value] of Object.entries(patch)) {
    const steps = ["config", "proxmox-ha:cluster", ...where.split("/").map(step)];
    if (value === GONE) {
      document.deleteIn(steps);
    } else {
      document.setIn(steps, document.createNode(value));
    }
  }
  return document.toString({ lineWidth: 0 });
}

function step(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

export function findingsOf(text: string, context: Partial<WrongStack> = {}): readonly Finding[] {
  return loadStack({
    file: "Pulumi.test.yaml",
    text,
    today: context.today ?? TODAY,
    others: context.others ?? [],
  }).findings;
}

const goodFiles = new Map<StackName, readonly string[]>();

function codesOfGoodFile(stack: StackName): readonly string[] {
  const known = goodFiles.get(stack) ?? findingsOf(textOf(stack)).map(({ code }) => code);
  goodFiles.set(stack, known);
  return known;
}

/** Codes that the patch brought in, beyond what the good file already has. */
export function newCodes(stack: StackName, findings: readonly Finding[]): string[] {
  const before = [...codesOfGoodFile(stack)];
  return findings
    .map(({ code }) => code)
    .filter((code) => {
      const index = before.indexOf(code);
      if (index >= 0) {
        before.splice(index, 1);
      }
      return index < 0;
    })
    .sort();
}
