import type { z } from "zod";
import { describeThrown, Failure } from "../../config/failure/failure.js";
import { poll } from "../transport/base/clock.js";
import { checkInputs } from "./check.js";
import type { CommonInputs } from "./common-inputs.js";
import type { ProviderKind } from "./define-provider.js";
import { differences } from "./difference.js";
import { ownProperties, readInputs } from "./kept-state.js";
import { inOperation } from "./operation.js";
import { type Saw, type Seen, sawOnly } from "./outputs.js";
import type { Context } from "./runtime.js";
import { type JsonObject, toStruct } from "./struct.js";
import { refusedTakingOver } from "./taking-over.js";
import { containsUnknown } from "./unknown.js";
import { migrated, type Versioned } from "./versioned.js";

/** How often a person who waits hears what for. */
const TOLD_EVERY_MS = 60_000;
/** Key of what is kept of a gate that was passed in a run for a part. */
const IN_PART = "passedInPart";

/** What one look at a condition gave: whether it holds, and what the gate tells of it. */
export type Measurement<Outputs extends Saw = Saw> = Seen<Outputs> & { readonly met: boolean };

/** A condition between two phases: it is measured until it holds, and says what it saw when it does not. */
export interface Gate<Inputs extends CommonInputs, Outputs extends Saw> extends Versioned {
  readonly inputs: z.ZodObject & z.ZodType<Inputs>;
  /** Absent when it tells only what it saw. */
  readonly outputs?: z.ZodObject & z.ZodType<Outputs>;
  readonly deadlineMs: number;
  readonly everyMs: number;
  subject(inputs: Inputs): string;
  id(inputs: Inputs): string;
  measure(inputs: Inputs, context: Context): Promise<Measurement<Outputs>>;
  /** What a person does when it stays shut. */
  doNext(inputs: Inputs): string;
}

/** A gate measures when it is made and when an input changes; it owns nothing, so removing it does nothing. */
export function defineGate<Inputs extends CommonInputs, Outputs extends Saw = Saw>(
  gate: Gate<Inputs, Outputs>,
): ProviderKind {
  const parse = (props: JsonObject): Inputs => gate.inputs.parse(inputsOf(props));
  const inputsOf = (props: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(props).filter(([key]) => key in gate.inputs.shape));
  /**
   * What it was measured for last. Of a state that fits no more it is not known, and measuring anew harms nothing. What was measured in
   * a run for a part may have been measured before the rest was there, so the next whole run does it again.
   */
  const passed = (olds: JsonObject): Inputs | undefined =>
    olds[IN_PART] === true ? undefined : gate.inputs.safeParse(inputsOf(migrated(gate, olds))).data;
  return {
    kind: gate.kind,
    outputs: gate.outputs ?? sawOnly,
    serve: (runtime) => {
      const pass = (news: JsonObject): Promise<JsonObject> => {
        const inputs = parse(news);
        return inOperation(gate, inputs, runtime, async (context) => {
          let seen: Measurement<Outputs> | undefined;
          let toldAt = context.clock.now();
          const look = async (): Promise<Measurement<Outputs>> => {
            try {
              seen = await gate.measure(inputs, context);
              if (!seen.met && context.clock.now() - toldAt >= TOLD_EVERY_MS) {
                toldAt = context.clock.now();
                context.log.say(
                  `still waiting until ${gate.subject(inputs)}: ${seen.saw.join("; ")}`,
                );
              }
              return seen;
            } catch (thrown) {
              // The last look is cut short by the deadline; what the one before saw says more than that.
              if (seen === undefined || context.deadlineAt - context.clock.now() > gate.everyMs) {
                throw thrown;
              }
              return seen;
            }
          };
          const measure = async (): Promise<Measurement<Outputs>> => {
            const now = await look();
            if (!now.met && runtime.stopAsked?.() === true) {
              throw letGo(gate.subject(inputs), now.saw);
            }
            return now;
          };
          const deadlineMs = Math.max(0, context.deadlineAt - context.clock.now() - gate.everyMs);
          const { met: _met, ...outputs } = await poll(
            measure,
            ({ met }) => met,
            { deadlineMs, firstDelayMs: gate.everyMs, factor: 1, longestDelayMs: gate.everyMs },
            (last, waitedMs) =>
              new Failure("failed", {
                tried: `to pass the gate "${gate.subject(inputs)}"`,
                where: "",
                cameBack: `after ${Math.round(waitedMs / 1000)} s: ${last.saw.join("; ")}`,
                doNext: gate.doNext(inputs),
              }),
            context.clock,
            context.cancellation.signal,
          );
          const inPart = runtime.inPart === true ? { [IN_PART]: true } : {};
          return toStruct({ ...outputs, ...inputs, ...inPart, schemaVersion: gate.schemaVersion });
        });
      };
      const looking = (inputs: Inputs): Context =>
        runtime.context({
          resource: `${gate.kind} ${gate.subject(inputs)}`,
          deadlineMs: gate.deadlineMs,
          changes: () => false,
          leavesNoTrace: true,
        });
      return {
        configure: ({ config }) => {
          runtime.configure((key) => config.get(key));
          return Promise.resolve();
        },
        check: async (_olds, news) => {
          const checked = checkInputs(gate.inputs, news);
          const wanted = gate.inputs.safeParse(ownProperties(news));
          const against = wanted.success ? refusedTakingOver(looking(wanted.data)) : undefined;
          return against === undefined
            ? checked
            : { ...checked, failures: [{ property: "", reason: describeThrown(against) }] };
        },
        diff: async (_id, olds, news) => ({
          changes:
            containsUnknown(ownProperties(news)) ||
            differences(passed(olds), readInputs(gate, news)).length > 0,
          replaces: [],
          deleteBeforeReplace: false,
        }),
        create: async (news) => ({ id: gate.id(parse(news)), outs: await pass(news) }),
        update: async (_id, _olds, news) => ({ outs: await pass(news) }),
        read: async (id, props) => {
          const { schemaVersion } = gate;
          return { id, props: { ...ownProperties(migrated(gate, props)), schemaVersion } };
        },
        delete: () => Promise.resolve(),
      };
    },
  };
}

const letGo = (subject: string, saw: readonly string[]): Failure =>
  new Failure("failed", {
    tried: `to pass the gate "${subject}"`,
    where: "",
    cameBack: `the run was stopped while it waited: ${saw.join("; ")}`,
    doNext: "What was made so far stays; the next run measures again.",
  });
