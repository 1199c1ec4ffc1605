import { TOPICS, type TopicName } from "./names.js";
import type { Step } from "./page.js";
import type { Scene } from "./scene.js";
import { withoutFile } from "./topics/lost-stack-file.js";
import { topics } from "./topics.js";
import { type Way, waysTo } from "./ways.js";

export interface Summary {
  readonly topic: TopicName;
  readonly title: string;
  /** Why it fits what is seen now. */
  readonly fits?: string;
  /** Why this stack has nothing of the kind. */
  readonly lacks?: string;
}

export interface Page extends Summary {
  readonly cluster: string;
  readonly said: readonly string[];
  readonly ways: readonly Way[];
  readonly steps: readonly Step[];
}

export function summaryOf(topic: TopicName, scene: Scene): Summary {
  const { title, fits, lacks } = topics[topic];
  const missing = lacks?.(scene.plan);
  const seen = missing === undefined ? fits?.(scene) : undefined;
  return {
    topic,
    title,
    ...(seen === undefined ? {} : { fits: seen }),
    ...(missing === undefined ? {} : { lacks: missing }),
  };
}

export function summariesOf(scene: Scene): readonly Summary[] {
  return TOPICS.map((topic) => summaryOf(topic, scene));
}

/** A page about what the stack does not have is its reason alone. */
export function pageOf(topic: TopicName, scene: Scene): Page {
  const summary = summaryOf(topic, scene);
  const isWhole = summary.lacks === undefined;
  return {
    cluster: scene.plan.name,
    ...summary,
    said: scene.said,
    ways: isWhole ? waysTo(scene) : [],
    steps: isWhole ? topics[topic].steps(scene) : [],
  };
}

/** The one page that is needed most where its stack file cannot be read. */
export function pageWithoutFile(stack: string): Page {
  return {
    cluster: stack,
    topic: "lost-stack-file",
    title: topics["lost-stack-file"].title,
    said: ["there is no stack file: nothing is known of the cluster, and nobody was asked"],
    ways: [],
    steps: withoutFile(stack),
  };
}
