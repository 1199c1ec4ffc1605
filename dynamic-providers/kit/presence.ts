import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { EngineProvider } from "./engine.js";
import type { JsonObject } from "./struct.js";

/** Where a provider leaves word that a resource is in the run. Taken out again by the check, so that no state and no comparison has it. */
const PRESENCE_KEY = "__presence";

const place = z.string().min(1);

let folder: string | undefined;
let asked = 0;
let ending: Promise<void> | undefined;

/** The SDK's own status for a program that has said what is wrong; the engine adds nothing to it. */
const AFTER_A_TOLD_ERROR = 32;

/**
 * From here on every dynamic resource has to be in the run. The engine tells a program nothing of `--target` and `--exclude`, but it
 * lets a provider check only what is in the run, and answers for all else from the state (ADR 0123).
 */
export function demandPresence(): void {
  const made = mkdtempSync(path.join(tmpdir(), "proxmox-ha-presence-"));
  folder = made;
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
}

/** Lets all runs be, whole or not. */
export function demandNoPresence(): void {
  folder = undefined;
}

export interface Presence {
  readonly inputs: pulumi.Inputs;
  /** Why the program must go no further, once the engine has answered for the resource without its provider. */
  leftOut(): string | undefined;
}

export function presenceOf(name: string): Presence {
  if (folder === undefined) {
    return { inputs: {}, leftOut: () => undefined };
  }
  asked += 1;
  const word = path.join(folder, String(asked));
  return {
    inputs: { [PRESENCE_KEY]: word },
    leftOut: () => (existsSync(word) ? undefined : refusal(name)),
  };
}

/**
 * Ends the program with one sentence. Thrown instead, the sentence would come wrapped in the words of each resource that waits for this
 * one. Steps under way come to their end, as after any failure of the program.
 */
export async function endProgram(sentence: string): Promise<never> {
  ending ??= pulumi.log.error(sentence);
  await ending;
  process.exit(AFTER_A_TOLD_ERROR);
}

/** A provider whose check leaves word before it does anything else. */
export function leavingWord(provider: EngineProvider): EngineProvider {
  return { ...provider, check: (olds, news) => provider.check(olds, withoutPresence(news)) };
}

/** What the resource was asked for. Leaves word where the program waits for it. */
export function withoutPresence(news: JsonObject): JsonObject {
  const { [PRESENCE_KEY]: said, ...wanted } = news;
  const word = place.safeParse(said).data;
  if (word !== undefined) {
    writeFileSync(word, "");
  }
  return wanted;
}

function refusal(name: string): string {
  return (
    `${name} is left out of this run, by --target, --exclude or --run-program: a change would stand without the proof behind it. ` +
    "Nothing that waits for it was touched. Run `pulumi up` without them, or a part that keeps its gates: " +
    "`npx proxmox-ha up <stack> --phase <phase> --node <node>`. `pulumi refresh` and `pulumi destroy` do without the program."
  );
}
