import { z } from "zod";
import { FENCER_COMMAND, FENCER_PROGRAM } from "../../config/plan/fence.js";
import { expectSuccess, type HostShell } from "../shell/shell.js";
import { parseJson } from "../transport/base/json.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** What a member's fencer made of a wish about another node. */
export type FencerAnswer =
  | {
      readonly kind: "answered";
      /** What was wished for is so. */
      readonly ok: boolean;
      readonly power: string;
      readonly why: string;
      readonly devices: readonly string[];
      /** The UUID that the devices had to report. */
      readonly machine?: string;
    }
  /** Nothing was sent; `known` is false where its configuration has no such node. */
  | { readonly kind: "refused"; readonly why: string; readonly known: boolean }
  | { readonly kind: "no-fencer" }
  | { readonly kind: "unreadable" };

export interface FencerWish {
  readonly verb: "off" | "on" | "confirm-off" | "identify";
  readonly node: string;
  readonly flags: readonly `--${string}`[];
}

/** What the wish is for, in the log and in a failure. */
export interface FencerErrand {
  readonly verb: string;
  readonly tried: string;
  readonly doNext: string;
}

const outcome = z.object({
  ok: z.boolean(),
  power: z.string(),
  why: z.string(),
  devices: z.array(z.string()),
  machine: z.string().nullish(),
});
const refusal = z.object({ refused: z.string(), known: z.boolean() });

const NO_FENCER = "no fencer";
/** Each level takes up to ten seconds, twice, and an off its own time besides. */
const PATIENCE_MS = 150_000;

/** The only way to a power device: the fencer of a member, which knows pin, password and machine. */
export async function askFencer(
  { verb, node, flags }: FencerWish,
  member: HostShell,
  errand: FencerErrand,
): Promise<FencerAnswer> {
  const result = await member.run(
    [
      "export LC_ALL=C",
      sh`test -e ${FENCER_PROGRAM} || { echo ${NO_FENCER}; exit 0; }`,
      sh`${raw(FENCER_COMMAND)} ${verb} ${node} ${flags} --json`,
      // What it says counts, also when that is no.
      "test $? -le 2",
    ].join("\n"),
    { timeoutMs: PATIENCE_MS, repeatable: true, verb: errand.verb },
  );
  const { tried, doNext } = errand;
  return parseFencerAnswer(expectSuccess(result, { tried, node: member.node, doNext }));
}

/** Whatever is no clear answer is no answer. */
export function parseFencerAnswer(text: string): FencerAnswer {
  if (text.trim() === NO_FENCER) {
    return { kind: "no-fencer" };
  }
  const json = parseJson(text);
  const refused = refusal.safeParse(json);
  if (refused.success) {
    return { kind: "refused", why: refused.data.refused, known: refused.data.known };
  }
  const said = outcome.safeParse(json);
  if (!said.success) {
    return { kind: "unreadable" };
  }
  const { machine, ...data } = said.data;
  return { kind: "answered", ...data, ...(machine == null ? {} : { machine }) };
}
