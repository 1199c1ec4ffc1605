import type { ClusterSpec } from "../../config/schema/cluster.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { tell } from "../engine/told.js";
import { redraws } from "../redraws.js";
import { visible } from "../visible.js";
import { type Look, lookAt } from "./look.js";
import { renderClusterView } from "./render.js";
import { screenWriter, watch } from "./watch.js";

export interface StatusRequest {
  readonly stack: string;
  readonly json: boolean;
  /** Look again and again, this many seconds apart. */
  readonly everySeconds?: number;
}

/** `status`: reads only, works with dead nodes and without quorum. */
export async function runStatus(request: StatusRequest): Promise<ExitStatus> {
  const { json, everySeconds } = request;
  const stack = stackOf(request.stack);
  const today = new Date().toISOString().slice(0, 10);
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    return tell(EXIT.badInput, [found.text], json);
  }
  const look = () => lookAt(stack, found.spec);
  const { view, anyone } =
    everySeconds === undefined
      ? await shownOnce(look, json)
      : await watched(look, json, everySeconds);
  if (!anyone) {
    return EXIT.unreachable;
  }
  return view.healthy ? EXIT.done : EXIT.failed;
}

async function shownOnce(look: () => Promise<Look>, json: boolean): Promise<Look> {
  const seen = await look();
  process.stdout.write(textOf(seen, json));
  return seen;
}

/** Until Ctrl-C; it ends with what the last look saw. */
async function watched(
  look: () => Promise<Look>,
  json: boolean,
  everySeconds: number,
): Promise<Look> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort());
  }
  const write = (text: string): void => {
    process.stdout.write(text);
  };
  const time = (): string => new Date().toTimeString().slice(0, 8);
  const screen = screenWriter({ terminal: redraws(process.stdout), write, time }, everySeconds);
  const show = json ? write : screen;
  return await watch(look, everySeconds * 1_000, stop.signal, (seen) => show(textOf(seen, json)));
}

function textOf({ view }: Look, json: boolean): string {
  return json ? `${JSON.stringify(view)}\n` : visible(renderClusterView(view));
}

/** The screen at the end of a run, as `status` shows it. */
export async function clusterScreen(stack: string, spec: ClusterSpec): Promise<string> {
  const { view } = await lookAt(stack, spec);
  return renderClusterView(view);
}
