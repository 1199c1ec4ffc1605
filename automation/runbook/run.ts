import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { planCluster } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { readStackFile, stackOf } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { tell } from "../engine/told.js";
import { lookAt } from "../status/look.js";
import { visible } from "../visible.js";
import { TOPICS, type TopicName } from "./names.js";
import { renderList, renderPage } from "./render.js";
import { type Page, pageOf, pageWithoutFile, summariesOf } from "./runbook.js";
import { type Scene, sceneOf, sceneOfFile } from "./scene.js";

export interface RunbookRequest {
  /** As it was typed. */
  readonly stack: string;
  readonly topic?: string;
  readonly byFile: boolean;
  readonly json: boolean;
}

/** `runbook`: reads only, and needs no host. */
export async function runRunbook(request: RunbookRequest): Promise<ExitStatus> {
  const { stack: word, byFile, json } = request;
  const topic = request.topic === undefined ? undefined : topicNamed(request.topic);
  const stack = stackOf(word);
  const found = readStackFile(stack, new Date().toISOString().slice(0, 10));
  if (found.kind === "wrong") {
    // A file with mistakes has findings; one that is not there has none.
    if (topic === "lost-stack-file" && found.findings.length === 0) {
      shown(pageWithoutFile(stack), json);
      return EXIT.done;
    }
    return tell(EXIT.badInput, [found.text], json);
  }
  const scene = await sceneBy(word, stack, found.spec, byFile);
  if (topic === undefined) {
    listed(scene, json);
  } else {
    shown(pageOf(topic, scene), json);
  }
  return byFile || scene.view !== undefined ? EXIT.done : EXIT.unreachable;
}

function topicNamed(word: string): TopicName {
  const known = TOPICS.find((one) => one === word);
  if (known === undefined) {
    throw badInput(`There is no topic ${word}.`, othersThan(word, TOPICS));
  }
  return known;
}

async function sceneBy(
  word: string,
  stack: string,
  spec: ClusterSpec,
  byFile: boolean,
): Promise<Scene> {
  const plan = planCluster(spec, { folder: stackFolder(stack) });
  if (byFile) {
    return sceneOfFile(word, plan, "no host was asked");
  }
  const { view, views } = await lookAt(stack, spec);
  return sceneOf(word, plan, view, views);
}

function shown(page: Page, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(page)}\n` : visible(renderPage(page)));
}

function listed(scene: Scene, json: boolean): void {
  const { plan, stack, said } = scene;
  const all = summariesOf(scene);
  process.stdout.write(
    json
      ? `${JSON.stringify({ cluster: plan.name, said, topics: all })}\n`
      : visible(renderList(plan.name, stack, said, all)),
  );
}
