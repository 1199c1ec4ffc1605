import type { z } from "zod";
import { describeThrown, Failure } from "../../config/failure/failure.js";
import { type Change, renderChange, renderChanges } from "./change.js";
import { checkInputs } from "./check.js";
import type { CommonInputs } from "./common-inputs.js";
import { refuseTrampling, requireConsent } from "./decide.js";
import type { Definition } from "./definition.js";
import { differences } from "./difference.js";
import type { DiffResult, EngineProvider } from "./engine.js";
import { isSameInShape, makeKept, ownProperties, readInputs, readKept } from "./kept-state.js";
import { inOperation } from "./operation.js";
import { OperationFailed, PartlyDone } from "./outcome.js";
import { noOutputs } from "./outputs.js";
import { refreshing } from "./refreshing.js";
import type { Context, Runtime } from "./runtime.js";
import { type JsonObject, toStruct } from "./struct.js";
import { foreseeTakingOver, takenOver } from "./taking-over.js";
import { containsUnknown } from "./unknown.js";

/** A kind of resource, ready to be served in a process. */
export interface ProviderKind {
  readonly kind: string;
  /** What it tells beside its inputs. */
  readonly outputs: z.ZodObject;
  serve(runtime: Runtime): EngineProvider;
}

/** The one life-cycle of all dynamic resources: observe, decide, act, verify. */
export function defineProvider<
  Inputs extends CommonInputs,
  State extends CommonInputs,
  Facts,
  Step,
>(definition: Definition<Inputs, State, Facts, Step>): ProviderKind {
  return {
    kind: definition.kind,
    outputs: definition.outputs?.schema ?? noOutputs,
    serve: (runtime) => serve(definition, runtime),
  };
}

function serve<Inputs extends CommonInputs, State extends CommonInputs, Facts, Step>(
  definition: Definition<Inputs, State, Facts, Step>,
  runtime: Runtime,
): EngineProvider {
  const version = definition.schemaVersion;
  const parse = (news: JsonObject): Inputs => definition.inputs.parse(ownProperties(news));
  const keep = (
    state: State,
    facts: Facts,
    finding: { readonly drift: readonly string[]; readonly adopted: boolean },
  ): JsonObject => makeKept(version, state, definition.outputs?.of(facts, state) ?? {}, finding);

  /** Brings the thing from the facts to the wish and proves it by looking again. */
  async function act(
    state: State,
    inputs: Inputs,
    facts: Facts,
    before: State | undefined,
    context: Context,
    changing: (now: boolean) => void,
  ): Promise<Facts> {
    const changes = definition.plan(state, facts, before);
    if (changes.length === 0) {
      return facts;
    }
    const subject = definition.subject(state);
    announce(subject, changes, context);
    changing(true);
    await definition.apply(changes, state, context, inputs);
    changing(false);
    const after = await definition.observe(state, context, inputs);
    const rest = definition.plan(state, after, before);
    if (rest.length > 0) {
      throw notAsWanted(subject, renderChanges(rest));
    }
    return after;
  }

  return {
    // Must take effect before the first pause: the plugin starts other operations without waiting for it.
    configure: ({ config }) => {
      runtime.configure((key) => config.get(key));
      return Promise.resolve();
    },

    check: async (olds, news) => {
      const checked = checkInputs(definition.inputs, news);
      const known = readInputs(definition, olds);
      const wanted = definition.inputs.safeParse(ownProperties(news));
      const against =
        known !== undefined && wanted.success
          ? definition.veto?.(known, wanted.data, runtime.clock.now())
          : undefined;
      if (against !== undefined) {
        return { ...checked, failures: [{ property: "", reason: describeThrown(against) }] };
      }
      if (!wanted.success) {
        return checked;
      }
      if (definition.complete !== undefined && known === undefined && wantsAnything(olds)) {
        const reason = describeThrown(notReadable(definition.kind));
        return { ...checked, failures: [{ property: "", reason }] };
      }
      const { data } = wanted;
      const looking = () =>
        runtime.context({
          resource: `${definition.kind} ${definition.subject(definition.remember(data))}`,
          deadlineMs: definition.deadlineMs,
          changes: () => false,
          leavesNoTrace: true,
        });
      try {
        await definition.foresee?.(known, data, looking());
        if (definition.foundFirst === true && known === undefined) {
          await foreseeTakingOver(definition, data, refreshing(looking()));
        }
      } catch (thrown) {
        return {
          ...checked,
          failures: [{ property: "", reason: new OperationFailed(thrown).message }],
        };
      }
      const seen = await definition.complete?.(known, data, looking());
      return seen === undefined
        ? checked
        : { ...checked, inputs: { ...checked.inputs, ...toStruct(seen) } };
    },

    diff: async (_id, olds, news) => compare(definition, olds, news),

    create: async (news) => {
      const inputs = parse(news);
      const state = definition.remember(inputs);
      const id = definition.id(inputs);
      return await inOperation(definition, state, runtime, async (context, changing) => {
        const facts = await definition.observe(state, context, inputs);
        const changes = definition.plan(state, facts, undefined);
        refuseTrampling(changes, inputs, definition.subject(state), context.clock.now());
        requireConsent(changes, inputs.consent, definition.subject(state), context.clock.now());
        const adopted = !changes.some(({ kind }) => kind === "add");
        if (changes.length === 0 && definition.recordsOnly !== true) {
          context.log.say(`${definition.subject(state)}: already as wanted, taken over`);
        }
        try {
          const after = await act(state, inputs, facts, undefined, context, changing);
          takenOver(context, definition.subject(state));
          return { id, outs: keep(state, after, { drift: [], adopted }) };
        } catch (thrown) {
          const drift = changes.map(renderChange);
          throw new PartlyDone(id, thrown, keep(state, facts, { drift, adopted }), news);
        }
      });
    },

    read: async (id, props) => {
      const { state, adopted } = readKept(definition, props);
      return await inOperation(definition, state, runtime, async (context) => {
        const facts = await definition.observe(state, refreshing(context), undefined);
        if (definition.gone?.(facts, state) === true) {
          return { props: {} };
        }
        const drift = definition.plan(state, facts, undefined).map(renderChange);
        const found = keep(state, facts, { drift, adopted });
        // The engine shows every change of what is kept, and a state of an earlier version differs in its shape alone.
        return { id, props: isSameInShape(definition, props, found) ? props : found };
      });
    },

    update: async (id, olds, news) => {
      const kept = readKept(definition, olds);
      const inputs = parse(news);
      const state = definition.remember(inputs);
      return await inOperation(definition, state, runtime, async (context, changing) => {
        const facts = await definition.observe(state, context, inputs);
        const changes = definition.plan(state, facts, kept.state);
        requireConsent(changes, inputs.consent, definition.subject(state), context.clock.now());
        try {
          const after = await act(state, inputs, facts, kept.state, context, changing);
          return { outs: keep(state, after, { drift: [], adopted: kept.adopted }) };
        } catch (thrown) {
          const known = definition.merge?.(kept.state, state) ?? kept.state;
          const finding = { drift: changes.map(renderChange), adopted: kept.adopted };
          throw new PartlyDone(id, thrown, keep(known, facts, finding), news);
        }
      });
    },

    delete: async (_id, props) => {
      const { state } = readKept(definition, props);
      await inOperation(definition, state, runtime, async (context, changing) => {
        const subject = definition.subject(state);
        const facts = await definition.observe(state, context, undefined);
        const changes = definition.plan(undefined, facts, state);
        if (changes.length === 0) {
          const left = definition.forgotten?.(facts, state);
          if (left !== undefined) {
            context.log.say(left);
          }
          return;
        }
        requireConsent(changes, state.consent, subject, context.clock.now());
        announce(subject, changes, context);
        changing(true);
        await definition.apply(changes, state, context, undefined);
        changing(false);
        const after = await definition.observe(state, context, undefined);
        const rest = definition.plan(undefined, after, state);
        if (rest.length > 0) {
          throw notAsWanted(subject, renderChanges(rest));
        }
      });
    },
  };
}

/** The log has every change; what somebody had to consent to is told while it is done. */
function announce(subject: string, changes: readonly Change<unknown>[], { log }: Context): void {
  log.changes(subject, changes.map(renderChange));
  for (const change of changes.filter(({ consent }) => consent !== undefined)) {
    log.say(`${subject}: ${renderChange(change)}`);
  }
}

/** Compares what was wanted last with what is wanted now; no I/O, because the engine calls it one by one. */
function compare<Inputs extends CommonInputs, State extends CommonInputs, Facts, Step>(
  definition: Definition<Inputs, State, Facts, Step>,
  olds: JsonObject,
  news: JsonObject,
): DiffResult {
  const kept = readKept(definition, olds);
  const before: Readonly<Record<string, unknown>> = { ...kept.state };
  const wanted = ownProperties(news);
  const unknown = containsUnknown(wanted);
  // A refresh before the first run of a newer program compares with what an older one wanted.
  const after: Readonly<Record<string, unknown>> = unknown
    ? wanted
    : { ...definition.remember(readInputs(definition, news) ?? definition.inputs.parse(wanted)) };
  const replaces = definition.identity.filter(
    (key) => differences(before[key], after[key], key).length > 0,
  );
  const changed = unknown || kept.drift.length > 0 || differences(before, after).length > 0;
  return { changes: changed, replaces: [...replaces], deleteBeforeReplace: replaces.length > 0 };
}

/** Whether there was a wish before, whatever its shape. */
function wantsAnything(olds: JsonObject): boolean {
  return Object.keys(ownProperties(olds)).length > 0;
}

/** What a look fills in depends on what was recorded: to take an old thing for a new one could cost it. */
function notReadable(kind: string): Failure {
  return new Failure("refused", {
    tried: `to read what an earlier run recorded of ${kind}`,
    where: "",
    cameBack: "refused, nothing was changed: it has a shape that this program does not know",
    doNext: "Run the version of the program that wrote it, or the one after that, first.",
  });
}

function notAsWanted(subject: string, rest: string): Failure {
  return new Failure("failed", {
    tried: `to bring ${subject} into the wanted state`,
    where: "",
    cameBack: `every step ended well, but looking again shows (there -> wanted): ${rest}`,
    doNext:
      "Somebody or something may have changed it meanwhile: find out what, then run `pulumi up` again.",
  });
}
