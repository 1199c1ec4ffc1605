// Package script has what commands on this machine and over ssh share: their inputs, their outputs, and which script
// runs at which point of a resource's life.
package script

import (
	"context"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
)

// Inputs are the properties that every command has.
type Inputs struct {
	Create                 *string           `pulumi:"create,optional"`
	Update                 *string           `pulumi:"update,optional"`
	Delete                 *string           `pulumi:"delete,optional"`
	Stdin                  *string           `pulumi:"stdin,optional"`
	Environment            map[string]string `pulumi:"environment,optional"`
	Triggers               []any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	AddPreviousOutputInEnv *bool             `pulumi:"addPreviousOutputInEnv,optional"`
	Logging                *string           `pulumi:"logging,optional"`
}

// Outputs are what the last script said.
type Outputs struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// PreviousPrefix begins the names of the variables that hold the last outputs.
const PreviousPrefix = "PULUMI_COMMAND_"

// Runner runs one script somewhere.
type Runner func(ctx context.Context, script string, environment map[string]string) (Outputs, error)

// OnUpdate is the script for changed inputs: create stands in for a missing update.
func (i Inputs) OnUpdate() *string {
	if i.Update != nil {
		return i.Update
	}
	return i.Create
}

// Run runs a script if there is one. The error names the exit and what the script complained about, never the script
// itself: that may hold secrets.
func (i Inputs) Run(ctx context.Context, script *string, previous Outputs, run Runner) (Outputs, error) {
	if script == nil {
		return previous, nil
	}
	said, err := run(ctx, *script, i.environment(previous))
	i.log(ctx, said)
	if err != nil {
		return said, fmt.Errorf("the command failed: %w: %s", err, strings.TrimSpace(said.Stderr))
	}
	return Outputs{
		Stdout: strings.TrimSuffix(said.Stdout, "\n"),
		Stderr: strings.TrimSuffix(said.Stderr, "\n"),
	}, nil
}

func (i Inputs) environment(previous Outputs) map[string]string {
	all := map[string]string{}
	if i.AddPreviousOutputInEnv == nil || *i.AddPreviousOutputInEnv {
		if previous != (Outputs{}) {
			all[PreviousPrefix+"STDOUT"] = previous.Stdout
			all[PreviousPrefix+"STDERR"] = previous.Stderr
		}
	}
	for name, value := range i.Environment {
		all[name] = value
	}
	return all
}

func (i Inputs) log(ctx context.Context, said Outputs) {
	which := "stdoutAndStderr"
	if i.Logging != nil {
		which = *i.Logging
	}
	logger := p.GetLogger(ctx)
	if said.Stdout != "" && (which == "stdout" || which == "stdoutAndStderr") {
		logger.Info(strings.TrimSpace(said.Stdout))
	}
	if said.Stderr != "" && (which == "stderr" || which == "stdoutAndStderr") {
		logger.Info(strings.TrimSpace(said.Stderr))
	}
}
