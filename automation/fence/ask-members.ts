import { Failure } from "../../config/failure/failure.js";
import {
  askFencer,
  type FencerAnswer,
  type FencerErrand,
  type FencerWish,
} from "../../dynamic-providers/fencer/ask.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";

export type MemberAnswer = { readonly by: string } & (
  | FencerAnswer
  /** The member itself could not be asked. */
  | { readonly kind: "silent"; readonly why: string }
);

/** Asks member after member until one answer is good; all of them are returned, the good one last. */
export async function askMembers(
  wish: FencerWish,
  members: readonly Shell[],
  errand: FencerErrand,
  good: (answer: MemberAnswer) => boolean,
): Promise<readonly MemberAnswer[]> {
  const heard: MemberAnswer[] = [];
  for (const member of members) {
    const answer = await ask(wish, member, errand);
    heard.push(answer);
    if (good(answer)) {
      break;
    }
  }
  return heard;
}

async function ask(wish: FencerWish, member: Shell, errand: FencerErrand): Promise<MemberAnswer> {
  const by = member.node;
  try {
    return { by, ...(await askFencer(wish, member, errand)) };
  } catch (error) {
    if (error instanceof Failure) {
      return { by, kind: "silent", why: error.cameBack };
    }
    throw error;
  }
}

/** Who said what, for a person. */
export function sentenceOf(answer: MemberAnswer): string {
  const { by } = answer;
  switch (answer.kind) {
    case "answered": {
      const devices = answer.devices.length === 0 ? "" : ` (${answer.devices.join(", then ")})`;
      return `${by}${devices}: power ${answer.power}; ${answer.why}`;
    }
    case "refused":
      return `${by} refused: ${answer.why}`;
    case "no-fencer":
      return `${by}: no fencer is installed there`;
    case "unreadable":
      return `${by}: its fencer says nothing that can be read`;
    case "silent":
      return `${by} could not be asked: ${answer.why}`;
  }
}
